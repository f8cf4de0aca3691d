#pragma once
// PasswordProof: what a peer sends to show that it holds a password without sending it (CHAP,
// MS-CHAP). Only the clear password can tell whether it is right, so such a proof opens network
// passwords alone, which are generated and kept sealed; never an account's password, of which there
// is only a hash. A front implements it for its protocol and hands it over with LoginRequest.
//
// Thread: one at a time, not always the same.

#include <string_view>

namespace postern::core {

class PasswordProof {
 public:
  virtual ~PasswordProof() = default;
  // Whether it was made with `password`; takes as long either way. When it was, the proof keeps
  // what the answer to the peer is made of.
  virtual bool fits(std::string_view password) = 0;
};

}  // namespace postern::core
