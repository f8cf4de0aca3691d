#pragma once
// EapSupplicant: the peer of an EAP conversation: gets requests, gives responses. It speaks
// EAP-TTLS (PAP, or EAP with GTC inside), PEAP with GTC, and EAP-TLS, over OpenSSL in memory. One
// thread.

#include <memory>
#include <optional>
#include <string>

#include "protocols/eap/packet.h"
#include "protocols/eap/tls_frame.h"

struct ssl_st;
struct ssl_ctx_st;

namespace postern::test {

struct EapWish {
  std::uint8_t method = eap::type::ttls;
  bool tls13 = false;
  bool inner_eap = false;  // in EAP-TTLS: EAP with GTC instead of PAP
  std::string outer = "anonymous", user = "alice", password = "wonder", code;
  std::string ca, certificate, key;  // PEM
  std::size_t fragment = 1000;       // octets of type data
  Octets says;                       // instead of the first message in the tunnel of EAP-TTLS
};

class EapSupplicant {
 public:
  explicit EapSupplicant(EapWish wish);
  ~EapSupplicant();

  // The response to a request.
  Octets respond(OctetView request);
  int rounds() const noexcept { return rounds_; }
  int prompts() const noexcept { return prompts_; }
  bool told_success() const noexcept {
    return told_success_;
  }  // by the result inside PEAP, or 0x00
  bool established() const noexcept { return established_; }
  // What this side derives, as RFC 5216, 5281, 9190 and 9427 say; "" = no tunnel.
  std::string msk() const;

 private:
  Octets take(const eap::Packet& request);
  void go_on();
  void speak();
  void hear(OctetView plain);
  void hear_ttls(OctetView plain);
  void hear_peap(OctetView plain);
  Octets answer_inner(const eap::Packet& request);
  std::string next_secret();
  void write(const Octets& plain);

  EapWish wish_;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
  eap::Reassembly reassembly_;
  eap::Fragments fragments_;
  bool established_ = false, spoken_ = false, told_success_ = false;
  int rounds_ = 0, prompts_ = 0;
};

}  // namespace postern::test
