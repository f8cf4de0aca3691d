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
#include <optional>
#include <vector>

#include "outpost/ldap/conversation.h"
#include "outpost/ldap/request_controls.h"
#include "outpost/ldap/search_course.h"
#include "protocols/ldap/message.h"
#include "protocols/ldap/tree.h"
#include "protocols/session.h"

namespace postern::outpost {

class SearchFront {
 public:
  // `pdu` is the whole request, `envelope` what it decodes to, `controls` what it asks beyond.
  void begin(Conversation& conversation, Io& io, OctetView pdu, const ldap::Envelope& envelope,
             const RequestControls& controls);
  // Gives one search one turn. REQUIRES: active()
  void turn(Conversation& conversation, Io& io);

  bool running() const noexcept { return !running_.empty(); }
  // One of them has something to do; the others watch and wait for changes.
  bool active() const noexcept;
  // One of them will be over by itself.
  bool finite() const noexcept;
  // Persistent searches ask now and then whether there is anything new; when they do so next.
  std::optional<Instant> next_look() const noexcept;
  void look(Conversation& conversation, Io& io);
  // Ends all that watch, without another word: a Bind does (RFC 4511 4.2.1).
  void end_watching() noexcept;
  std::size_t count() const noexcept { return running_.size(); }
  bool has(std::int32_t message_id) const noexcept;
  // Ends a search without another word. false = there is none of this id.
  bool abandon(std::int32_t message_id) noexcept;
  void cancel() noexcept { running_.clear(); }

 private:
  struct Running {
    std::int32_t message_id = 0;
    Instant arrived{};
    Octets pdu;  // with a spare octet behind
    ldap::SearchCursor cursor;
    std::unique_ptr<SearchCourse> course;
    bool idle = false;  // watches, and has seen all there is
    bool watches() const noexcept { return course && course->watches(); }
  };
  enum class After : std::uint8_t { over, more, idle };
  // One search at its turn.
  struct Call {
    Conversation& conversation;
    Io& io;
    std::int32_t id;
    Instant arrived;
    const RequestControls& controls;
    ldap::SearchCursor& cursor;
    std::unique_ptr<SearchCourse>& course;  // made at the first turn, if the controls ask for one
  };

  // One turn; when it is over the SearchResultDone has been written.
  After step(const Call& call, OctetView body);
  ldap::Turn perform(const Call& call);
  ldap::Turn search_tree(const Call& call, core::ProviderId provider);
  ldap::Turn search_root(const Call& call) const;
  ldap::Turn search_subschema(const Call& call) const;
  void set_course(const Call& call) const;
  void answer(const Call& call, const ldap::Turn& turn);
  void keep(OctetView pdu, std::int32_t id, Instant arrived);
  void log(const Call& call, ldap::ResultCode code) const;
  void note(const Call& call) const;

  std::vector<std::unique_ptr<Running>> running_;
  std::size_t next_ = 0;           // whose turn it is
  Instant looked_{};               // when it was last asked whether anything is new
  ldap::SearchRequest request_;    // scratch, kept for its capacity
  ldap::SearchCursor cursor_;      // likewise
  RequestControls controls_;       // likewise, of a search that goes on
  Octets response_controls_;       // likewise
  core::ProviderId provider_ = 0;  // that the search of this turn belongs to; 0 = none
};

// Compare, carried out as searches of the base entry. Source: RFC 4511 4.10.
void answer_compare(Conversation& conversation, Io& io, const ldap::Envelope& envelope);

}  // namespace postern::outpost
