#include "app/ldap_client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/ascii.h"
#include "protocols/ber/frame.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"

namespace postern::app {
namespace {

using ldap::ResultCode;

constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;
constexpr std::size_t kRead = 64 * 1024;

struct Addresses {
  addrinfo* list = nullptr;
  ~Addresses() {
    if (list != nullptr) ::freeaddrinfo(list);
  }
};

FoundEntry copy_of(const ldap::Entry& entry) {
  FoundEntry out{.dn = std::string(entry.dn), .attributes = {}};
  for (const ldap::EntryAttribute& attribute : entry.attributes) {
    auto& values = out.attributes[core::ascii_lowered(attribute.type)];
    for (const std::string_view value : attribute.values) values.emplace_back(value);
  }
  return out;
}

FoundEntries failed(std::string text) { return {ResultCode::other, std::move(text), {}}; }

}  // namespace

LdapClient::~LdapClient() {
  if (socket_ < 0) return;
  ber::Octets goodbye;
  ldap::append_unbind_request(goodbye, next_id_);
  send(goodbye);
  ::close(socket_);
}

std::string LdapClient::connect(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  Addresses found;
  const int trouble = ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(),
                                    &hints, &found.list);
  if (trouble != 0) return ::gai_strerror(trouble);
  std::string why = "there is no address";
  for (const addrinfo* at = found.list; at != nullptr; at = at->ai_next) {
    const int fd = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0) continue;
    const timeval patience{patience_.count(), 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd, at->ai_addr, at->ai_addrlen) == 0) {
      socket_ = fd;
      return {};
    }
    why = std::strerror(errno);
    ::close(fd);
  }
  return why;
}

bool LdapClient::send(const ber::Octets& octets) {
  for (std::size_t at = 0; at < octets.size();) {
    const ssize_t size = ::send(socket_, octets.data() + at, octets.size() - at, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

ber::Octets LdapClient::receive() {
  for (;;) {
    const ber::Frame frame = ber::frame({input_.data(), input_.size()}, kMaxAnswer);
    if (frame.state == ber::Frame::State::error) return {};
    if (frame.state == ber::Frame::State::complete) {
      const auto end = input_.begin() + static_cast<std::ptrdiff_t>(frame.length);
      ber::Octets whole(input_.begin(), end);
      input_.erase(input_.begin(), end);
      whole.push_back(0);  // decoders may look one octet ahead
      return whole;
    }
    const std::size_t before = input_.size();
    input_.resize(before + kRead);
    const ssize_t size = ::recv(socket_, input_.data() + before, kRead, 0);
    input_.resize(before + (size > 0 ? static_cast<std::size_t>(size) : 0));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return {};
  }
}

ResultCode LdapClient::bind(const std::string& name, const core::Secret& password) {
  ldap::BindRequest request;
  request.version = 3;
  request.name = name;
  request.method = ldap::BindRequest::Method::simple;
  request.password = password.reveal();
  ber::Octets out;
  ldap::append_bind_request(out, next_id_++, request);
  if (!send(out)) return ResultCode::unavailable;
  const ber::Octets answer = receive();
  if (answer.empty()) return ResultCode::unavailable;
  const auto envelope = ldap::decode_response_envelope({answer.data(), answer.size() - 1});
  if (!envelope.ok()) return ResultCode::protocolError;
  const auto response = ldap::decode_response(envelope->op, envelope->body);
  return response.ok() ? response->answer.code : ResultCode::protocolError;
}

FoundEntries LdapClient::search(const std::string& base, ldap::Scope scope,
                                const std::string& filter,
                                const std::vector<std::string>& attributes) {
  const auto parsed = ldap::parse_filter(filter);
  if (!parsed.ok()) return failed("the filter " + filter + " is none");
  ldap::SearchRequest request;
  request.base = base;
  request.scope = scope;
  request.filter = parsed->filter;
  request.attributes.assign(attributes.begin(), attributes.end());
  ber::Octets out;
  ldap::append_search_request(out, next_id_++, request);
  if (!send(out)) return failed("the connection is gone");
  FoundEntries found;
  for (;;) {
    const ber::Octets answer = receive();
    if (answer.empty()) return failed("the connection is gone, or there was no answer in time");
    const auto envelope = ldap::decode_response_envelope({answer.data(), answer.size() - 1});
    if (!envelope.ok()) return failed("the answer is no LDAP");
    if (envelope->op == ldap::Op::searchResultEntry) {
      const auto entry = ldap::decode_entry(envelope->body);
      if (!entry.ok()) return failed("an entry is no LDAP");
      found.entries.push_back(copy_of(*entry));
      continue;
    }
    if (envelope->op != ldap::Op::searchResultDone) continue;
    const auto response = ldap::decode_response(envelope->op, envelope->body);
    if (!response.ok()) return failed("the result is no LDAP");
    found.code = response->answer.code;
    found.text = response->answer.diagnostic;
    return found;
  }
}

}  // namespace postern::app
