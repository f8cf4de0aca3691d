#pragma once
// Mailer: a message on its way to one person. send() only takes it: delivery happens behind, with
// retries for what may pass, so that no answer tells by its time whether a mail goes out. Whoever
// fills a Mail has checked the address (is_mail_address); header texts are encoded by the sender.
// Thread-safe. Errors: false = nothing can be sent (not configured, queue full).

#include <string>

#include "core/time.h"

namespace postern::core {

struct Mail {
  std::string to;       // one address
  std::string from;     // "" = the configured one
  std::string subject;  // UTF-8
  std::string text, html;
  WallMs expires = 0;  // what it carries is dead then, and it is not sent any more; 0 = never
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  virtual bool send(Mail mail) = 0;
};

}  // namespace postern::core
