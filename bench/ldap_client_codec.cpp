#include "bench/ldap_client_codec.h"

namespace postern::bench {

namespace {

constexpr std::uint8_t kControls = 0xa0;
constexpr std::string_view kPagedResults = "1.2.840.113556.1.4.319";

std::uint8_t octet_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

// One TLV taken from the front of `rest`, which stays as it was unless the answer is Complete.
Frame take(std::string_view& rest, std::uint8_t& tag, std::string_view& content) {
  if (rest.size() < 2) return Frame::Incomplete;
  std::size_t length = octet_at(rest, 1);
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4) return Frame::Malformed;
    if (rest.size() < 2 + count) return Frame::Incomplete;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | octet_at(rest, 2 + i);
    header += count;
  }
  if (rest.size() - header < length) return Frame::Incomplete;
  tag = octet_at(rest, 0);
  content = rest.substr(header, length);
  rest.remove_prefix(header + length);
  return Frame::Complete;
}

bool take_tagged(std::string_view& rest, std::uint8_t wanted, std::string_view& content) {
  std::uint8_t tag = 0;
  return take(rest, tag, content) == Frame::Complete && tag == wanted;
}

bool take_number(std::string_view& rest, std::uint8_t wanted, std::uint32_t& number) {
  std::string_view content;
  if (!take_tagged(rest, wanted, content) || content.empty() || content.size() > 4) return false;
  number = 0;
  for (std::size_t i = 0; i < content.size(); ++i) number = number << 8 | octet_at(content, i);
  return true;
}

bool read_result(std::string_view body, Answer& answer) {
  return take_number(body, kEnumerated, answer.result) &&
         take_tagged(body, kOctetString, answer.dn) &&
         take_tagged(body, kOctetString, answer.message);
}

bool read_controls(std::string_view controls, Answer& answer) {
  while (!controls.empty()) {
    std::string_view control;
    std::string_view oid;
    if (!take_tagged(controls, kSequence, control) || !take_tagged(control, kOctetString, oid))
      return false;
    if (oid != kPagedResults) continue;
    std::string_view value;
    if (!control.empty() && octet_at(control, 0) == kBoolean &&
        !take_tagged(control, kBoolean, value))
      return false;
    std::string_view sequence;
    std::uint32_t estimate = 0;
    if (!take_tagged(control, kOctetString, value) || !take_tagged(value, kSequence, sequence) ||
        !take_number(sequence, kInteger, estimate) ||
        !take_tagged(sequence, kOctetString, answer.cookie))
      return false;
  }
  return true;
}

// The message without its envelope: ID, operation tag and body; what is left in `rest` are the
// controls.
Frame open_message(std::string_view octets, std::uint32_t& id, std::uint8_t& operation,
                   std::string_view& body, std::string_view& rest, std::size_t& size) {
  if (!octets.empty() && octet_at(octets, 0) != kSequence) return Frame::Malformed;
  std::string_view after = octets;
  std::uint8_t tag = 0;
  const Frame frame = take(after, tag, rest);
  if (frame != Frame::Complete) return frame;
  size = octets.size() - after.size();
  if (!take_number(rest, kInteger, id) || take(rest, operation, body) != Frame::Complete)
    return Frame::Malformed;
  return Frame::Complete;
}

}  // namespace

void finish_message(BerBackWriter& out, std::uint32_t message_id) {
  out.number(kInteger, message_id);
  out.wrap(kSequence, 0);
}

void write_paging(BerBackWriter& out, std::uint32_t page_size, std::string_view cookie) {
  const std::size_t mark = out.size();
  out.string(kOctetString, cookie);
  out.number(kInteger, page_size);
  out.wrap(kSequence, mark);
  out.wrap(kOctetString, mark);
  out.string(kOctetString, kPagedResults);
  out.wrap(kSequence, mark);
  out.wrap(kControls, mark);
}

void write_unbind(BerBackWriter& out, std::uint32_t message_id) {
  out.string(kUnbindRequest, {});
  finish_message(out, message_id);
}

Frame read_answer(std::string_view octets, Answer& answer) {
  answer = {};
  std::string_view body;
  std::string_view controls;
  const Frame frame =
      open_message(octets, answer.message_id, answer.operation, body, controls, answer.size);
  if (frame != Frame::Complete) return frame;
  switch (answer.operation) {
    case kSearchEntry:
      if (!take_tagged(body, kOctetString, answer.dn)) return Frame::Malformed;
      return Frame::Complete;
    case kBindResponse:
    case kSearchDone:
      if (!read_result(body, answer)) return Frame::Malformed;
      break;
    default:
      return Frame::Complete;
  }
  if (controls.empty()) return Frame::Complete;
  std::string_view list;
  if (!take_tagged(controls, kControls, list) || !read_controls(list, answer))
    return Frame::Malformed;
  return Frame::Complete;
}

Frame read_request_head(std::string_view octets, RequestHead& head) {
  std::string_view body;
  std::string_view rest;
  return open_message(octets, head.message_id, head.operation, body, rest, head.size);
}

}  // namespace postern::bench
