#include "app/commands/context.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace postern::app {

core::Outcome<std::string> read_all(const InputFile& file, std::size_t limit) {
  std::string text;
  std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const ssize_t size = ::read(file.fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      return core::Error{core::Error::Kind::invalid, "",
                         file.name + ": cannot be read: " + std::strerror(errno)};
    }
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > limit) {
      return core::Error{
          core::Error::Kind::invalid, "",
          file.name + ": is larger than the " + std::to_string(limit) + " octets allowed"};
    }
  }
}

int change(
    CommandContext& context, const Audit& audit,
    const std::function<core::Outcome<core::Done>(core::Transaction&, core::Objects&)>& work) {
  Appliance& appliance = context.appliance;
  std::int64_t seq = 0;
  {
    const auto transaction = appliance.store().begin();
    core::Objects objects(*transaction, appliance.tools());
    const auto done = work(*transaction, objects);
    if (!done) {
      const core::Error& error = done.error();
      context.console.error(error.field.empty() ? error.message
                                                : error.field + " " + error.message);
      return kRefused;
    }
    seq = transaction->commit();
  }
  core::Event event;
  event.action = audit.action;
  event.app = "postern.cli";
  event.created = appliance.clock().wall();
  event.context = {{"model", audit.model}, {"name", audit.name}};
  if (audit.user != 0) event.context["user"] = audit.user;
  appliance.events().record(std::move(event));
  if (!appliance.wait_visible(seq)) context.console.error("accepted, not yet visible to searches");
  return kDone;
}

}  // namespace postern::app
