#include "app/commands/radius.h"

#include "core/model/time_text.h"

namespace postern::app {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + " ";
}

}  // namespace

int radius_dropped(CommandContext& context) {
  const core::Observations& observations = context.appliance.observations();
  const auto recent = observations.recent();
  if (recent.empty()) {
    context.console.line("no packet was dropped since the server started");
    return kDone;
  }
  std::string out;
  for (const auto& [cause, count] : observations.counts()) {
    out += padded(std::to_string(count), 8) + std::string(cause) + "\n";
  }
  out += "\n" + padded("last", 24) + padded("source", 24) + padded("packets", 8) +
         padded("nas", 16) + "cause\n";
  for (const core::Observations::Seen& one : recent) {
    out += padded(core::time_text(one.last), 24) + padded(one.source, 24) +
           padded(std::to_string(one.count), 8) + padded(one.detail, 16) + std::string(one.cause) +
           "\n";
  }
  context.console.out(out);
  return kDone;
}

}  // namespace postern::app
