#pragma once
// UserWriter: where a user_write stage puts what prompts have gathered. The front of a flow gives
// one; a stage without it refuses. Blocking: a password costs a slow hash.

#include <boost/json/object.hpp>

#include <string>

#include "core/ids.h"
#include "core/outcome.h"

namespace postern::core {

class UserWriter {
 public:
  virtual ~UserWriter() = default;
  // `data`: what was typed under each prompt's key ("password", "username", "attributes.x", ...).
  virtual Outcome<Done> write(UserId user, const boost::json::object& data) = 0;

  // Makes a user of it, and uses up the invitation `spend` ("" = none) in the same transaction.
  struct NewUser {
    bool active = false;
    std::string type = "external", path;
    Uuid group;  // "" = none
    Uuid spend;
  };
  virtual Outcome<UserId> create(const NewUser&, const boost::json::object& /*data*/) {
    return Error{Error::Kind::forbidden, "", "Nobody is made here."};
  }
};

}  // namespace postern::core
