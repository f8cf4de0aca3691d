#pragma once
// Notice: one event on its way to one person by one transport, and the words for it: what a person
// reads, what a webhook gets by default, what Slack and its kin understand, a mail. Nothing of it
// is secret: events never are. Thread: pure.

#include <string>
#include <string_view>

#include "core/model/model.h"
#include "core/ports/event_log.h"
#include "core/ports/mailer.h"

namespace postern::core {

struct Notice {
  std::string severity, body;
  UserId user = 0;              // the person
  std::string username, email;  // of the same
  std::string event_username;   // whom the event is about, "" = nobody
  Object event;                 // event_facts(); empty = none (a test)
};

// action, app, client_ip, user {pk, username}, context, created.
Object event_facts(const Event& event);
// One line: what happened, to whom.
std::string event_summary(const Event& event);
std::string action_title(std::string_view action);  // "login_failed" -> "Login Failed"

Object webhook_body(const Notice& notice);
Object slack_body(const Notice& notice);
// Without addresses.
Mail notice_mail(const Notice& notice, std::string_view subject_prefix);

Object to_object(const Notice& notice);
Notice notice_from(const Object& object);

}  // namespace postern::core
