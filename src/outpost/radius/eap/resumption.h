#pragma once
// EapResumptions: TLS sessions of logins that were let in, by their ids, so that a device that
// comes back need not show its password (RFC 5216 2.1.2, RFC 9427 4). A session gets in when the
// login inside it was granted, and is found again only as long as that grant holds: what may not be
// resumed is not found, and the peer begins a whole login. OpenSSL ends a session after the
// lifetime of its context. kMost are kept, the oldest go first; this node's alone.
//
// take_up(): who is let in by a session that was resumed: state, bindings and dynamic policies are
// asked again, for this access. Thread-safe; take_up() may block.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "core/login.h"
#include "protocols/session.h"

struct ssl_session_st;

namespace postern::outpost {

struct InnerContext;

struct ResumableLogin {
  std::uint8_t method = 0;  // EAP type; another one does not take it up
  core::Grant grant;
  std::string identity;  // as said inside
};

class EapResumptions {
 public:
  static constexpr std::size_t kMost = 8'192;
  using MayResume = std::function<bool(const ResumableLogin&)>;

  EapResumptions() = default;
  ~EapResumptions();
  EapResumptions(const EapResumptions&) = delete;
  EapResumptions& operator=(const EapResumptions&) = delete;

  // Takes a reference of its own.
  void keep(ssl_session_st* session, ResumableLogin login);
  // With a reference for the caller; nullptr = there is none, or it may not be resumed.
  ssl_session_st* find(OctetView id, std::uint8_t method, const MayResume& may,
                       ResumableLogin& login);
  std::size_t size() const;

 private:
  struct Kept {
    ssl_session_st* session = nullptr;
    ResumableLogin login;
  };
  void forget(const std::string& id);

  mutable std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::deque<std::string> order_;  // of coming in
};

core::LoginOutcome take_up(const InnerContext& context, const ResumableLogin& earlier);

}  // namespace postern::outpost
