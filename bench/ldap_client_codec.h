// The client's half of LDAP, as much as measuring needs: four requests written backwards into a
// fixed buffer and a reader of answers in place. Answers are octets of an untrusted server: every
// length is checked, nothing is allocated. RFC 4511 4.1.1, 4.2, 4.3, 4.5; paging RFC 2696.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/ber_back_writer.h"

namespace postern::bench {

inline constexpr std::uint8_t kBindRequest = 0x60;
inline constexpr std::uint8_t kBindResponse = 0x61;
inline constexpr std::uint8_t kUnbindRequest = 0x42;
inline constexpr std::uint8_t kSearchRequest = 0x63;
inline constexpr std::uint8_t kSearchEntry = 0x64;
inline constexpr std::uint8_t kSearchDone = 0x65;
inline constexpr std::uint8_t kSearchReference = 0x73;

inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kEnumerated = 0x0a;
inline constexpr std::uint8_t kBoolean = 0x01;

// Writes messageID and the outer SEQUENCE in front of all that the writer holds.
void finish_message(BerBackWriter& out, std::uint32_t message_id);
// The paged results control; comes before (written backwards) the operation.
void write_paging(BerBackWriter& out, std::uint32_t page_size, std::string_view cookie);
void write_unbind(BerBackWriter& out, std::uint32_t message_id);

struct Answer {
  std::uint32_t message_id = 0;
  std::uint8_t operation = 0;  // tag of the protocolOp
  std::uint32_t result = 0;    // resultCode of a BindResponse or SearchResultDone
  std::string_view dn;         // objectName of an entry, matchedDN of a result
  std::string_view message;    // diagnosticMessage
  std::string_view cookie;     // of a paged results control
  std::size_t size = 0;        // octets of the whole PDU
};

enum class Frame : std::uint8_t { Complete, Incomplete, Malformed };
// Reads one PDU from the front of `octets`; the views of `answer` point into it.
Frame read_answer(std::string_view octets, Answer& answer);

// For a server: the tag of the operation and the ID of the PDU in front.
struct RequestHead {
  std::uint32_t message_id = 0;
  std::uint8_t operation = 0;
  std::size_t size = 0;
};
Frame read_request_head(std::string_view octets, RequestHead& head);

}  // namespace postern::bench
