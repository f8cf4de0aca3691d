#pragma once
// WebVisit: what stages of people's flows may reach beyond the login itself: the objects that they
// write, mail and other services, and who looks at the page. Fronts that talk to no browser have
// none, and such stages refuse there. Lives for one call. Thread: as the flow's.

#include <functional>
#include <string>
#include <string_view>

#include "core/model/login_record.h"
#include "core/objects/objects.h"
#include "core/ports/event_log.h"
#include "core/ports/http_client.h"
#include "core/ports/mailer.h"
#include "core/webauthn/attestation_roots.h"

namespace postern::core {

struct WebTools {
  Store& store;
  const ObjectTools& objects;
  const std::function<bool(std::int64_t change)>& visible;
  EventLog& events;
  Mailer* mail = nullptr;
  HttpClient* http = nullptr;
  std::string base_url;  // scheme://host[:port], as people reach this
  const AttestationRoots* attestation_roots = nullptr;  // who vouches for models of keys
};

struct WebVisit {
  const WebTools& tools;
  std::string_view client;              // address
  std::string_view invitation;          // `itoken` of the page
  std::string brand;                    // what people know this installation as
  Language language = Language::unset;  // in which the page is read
  std::string_view proof = {};          // device_proof.h: of a device that has answered
  std::string_view known_device = {};   // device_proof.h: of a login from this browser
  bool may_call_out = true;             // waiting for other services holds nobody up here
};

// In which language a person reads: the one that it has chosen, else that of the page.
inline Language reader_of(const LoginRecord& record, const WebVisit& visit) noexcept {
  return record.language != Language::unset ? record.language : visit.language;
}

// One write through the one way of writing objects; visible when it returns.
Outcome<Written> write_object(const WebTools& tools,
                              const std::function<Outcome<Written>(Transaction&, Objects&)>& work);

}  // namespace postern::core
