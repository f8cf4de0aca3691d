#pragma once
// SearchFront: the searches of one session. A search that is over in one turn leaves nothing
// behind; a longer one keeps a copy of its request and a cursor, and gets one turn per turn of the
// loop, in rotation with the session's other searches. The request is decoded anew at each turn, so
// nothing points into anything that may move.
//
// Who asks is looked up at each turn: a grant that has gone ends a running search.
// No allocation for a search that is over in one turn, once buffers are warm. Thread: the loop's.
// Sources: RFC 4511 4.5, 4.11; design.md 4 (LDAP search), 7 (LDAP codes).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "outpost/ldap/conversation.h"
#include "protocols/ldap/message.h"
#include "protocols/ldap/tree.h"
#include "protocols/session.h"

namespace postern::outpost {

class SearchFront {
 public:
  // `pdu` is the whole request, `envelope` what it decodes to.
  void begin(Conversation& conversation, Io& io, OctetView pdu, const ldap::Envelope& envelope);
  // Gives one search one turn. REQUIRES: running()
  void turn(Conversation& conversation, Io& io);

  bool running() const noexcept { return !running_.empty(); }
  std::size_t count() const noexcept { return running_.size(); }
  bool has(std::int32_t message_id) const noexcept;
  void abandon(std::int32_t message_id) noexcept;
  void cancel() noexcept { running_.clear(); }

 private:
  struct Running {
    std::int32_t message_id = 0;
    Instant arrived{};
    Octets pdu;  // with a spare octet behind
    ldap::SearchCursor cursor;
  };
  struct Progress {
    bool more = false;
    ldap::ResultCode code = ldap::ResultCode::success;
    std::string matched_dn;
  };

  // One turn: true = more to come; else the SearchResultDone has been written.
  bool step(Conversation& conversation, Io& io, const ldap::Envelope& envelope, Instant arrived,
            ldap::SearchCursor& cursor);
  Progress perform(Conversation& conversation, Io& io, std::int32_t id, Instant arrived,
                   ldap::SearchCursor& cursor);
  Progress search_tree(Conversation& conversation, Io& io, std::int32_t id, Instant arrived,
                       core::ProviderId provider, ldap::SearchCursor& cursor);
  Progress search_root(Conversation& conversation, Io& io, std::int32_t id) const;
  Progress search_subschema(Io& io, std::int32_t id) const;
  void keep(OctetView pdu, std::int32_t id, Instant arrived);
  void log(const Conversation& conversation, std::int32_t id, ldap::ResultCode code,
           const ldap::SearchCursor& cursor) const;

  std::vector<std::unique_ptr<Running>> running_;
  std::size_t next_ = 0;         // whose turn it is
  ldap::SearchRequest request_;  // scratch, kept for its capacity
  ldap::SearchCursor cursor_;    // likewise
};

// Compare, carried out as searches of the base entry. Source: RFC 4511 4.10.
void answer_compare(Conversation& conversation, Io& io, const ldap::Envelope& envelope);

}  // namespace postern::outpost
