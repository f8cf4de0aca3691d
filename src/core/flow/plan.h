#pragma once
// Plan: where one run of a flow stands. A plain value: kept on the stack by fronts that answer at
// once, to be stored between requests by those that cannot. Positions count the steps of `flow`; a
// plan whose flow was recompiled meanwhile is thrown away by its keeper.

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "core/access/catalog.h"
#include "core/credentials/attempt.h"
#include "core/ids.h"

namespace postern::core {

struct Plan {
  static constexpr std::size_t kMaxSteps = 64;

  std::shared_ptr<const Flow> flow;
  std::size_t position = 0;   // step that is due
  std::uint64_t dropped = 0;  // bit per step: its policies failed at plan time
  bool planned = false;       // policies of the flow have been evaluated
  bool waiting = false;       // the due step has shown its challenge

  UserId pending_user = 0;
  bool pretend_user = false;     // a name that nobody owns, carried on as if
  std::string identifier;        // as typed
  std::uint64_t generation = 0;  // of the pending user when it was found

  AuthMethod auth_method = AuthMethod::none;
  Uuid token;  // auth_method token
  // The front itself knew the pending user when the flow began: by a session, an invitation, an
  // administrator. Without it only a verified password may change or log in anybody.
  bool vouched = false;
  Uuid invitation;            // the token that named the pending user; used up by the first write
  bool require_code = false;  // the service wants a code, whatever the flow says
  bool code_verified = false;
  bool logged_in = false;   // a user_login stage was passed
  bool logged_out = false;  // a user_logout stage was passed
  std::int64_t session_duration_ms = 0;

  int attempts = 0;           // wrong passwords so far
  std::uint64_t version = 0;  // grows with every submission; a stored plan is compare-and-set on it
  PolicyVerdict refusal;      // what the last failing policy on a password said
  std::string prompt_error;   // text of the last answer to a prompt that was not taken
  bool written = false;       // a user_write stage has written
  // It has shown what its answer is held against: kept even before there is an answer.
  bool keep = false;
  bool restored = false;     // a mailed link led back into it
  bool end_others = false;   // a login ends the user's other sessions
  std::string redirect;      // where a stage sends the visitor in the end; "" = where it wanted
  bool carry = false;        // the flow that `redirect` names goes on with what is known here
  bool redirected = false;   // another flow has led here; nothing of this one has run yet
  WallMs claimed_until = 0;  // an answer is being worked on, by then at the latest it is done
  Uuid proven_stage, proven_device;  // the device that has just answered, for a browser to keep
  std::int64_t proof_ms = 0;         // for so long
  std::string network_binding, geoip_binding;  // what ends the session that begins
  std::int64_t remember_device_ms = 0;         // how long the browser is known as the user's
  boost::json::object context;                 // what stages leave for policies and later stages

  void reset() noexcept {
    flow.reset();
    position = 0;
    dropped = 0;
    planned = waiting = pretend_user = vouched = false;
    pending_user = 0;
    identifier.clear();
    generation = 0;
    auth_method = AuthMethod::none;
    token.clear();
    invitation.clear();
    require_code = code_verified = logged_in = logged_out = false;
    session_duration_ms = 0;
    attempts = 0;
    version = 0;
    refusal = {};
    prompt_error.clear();
    written = keep = restored = end_others = false;
    redirect.clear();
    carry = redirected = false;
    claimed_until = 0;
    proven_stage.clear();
    proven_device.clear();
    proof_ms = remember_device_ms = 0;
    network_binding.clear();
    geoip_binding.clear();
    context.clear();
  }
};

}  // namespace postern::core
