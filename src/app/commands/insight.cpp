#include "app/commands/insight.h"

#include "core/model/time_text.h"

namespace postern::app {
namespace {

std::string text_of(const core::Explanation& one) {
  std::string out = core::time_text(one.when) + "  " + one.protocol + "  " + one.username +
                    "  from " + one.client;
  if (!one.service.empty()) out += "  at " + one.service;
  if (!one.request_id.empty()) out += "  request " + one.request_id;
  out += one.granted ? "  granted\n" : "  refused: " + one.reason + "\n";
  int number = 0;
  for (const std::string& step : one.steps) {
    out += "  " + std::to_string(++number) + ". " + step + "\n";
  }
  if (!one.setting.empty()) out += "  look at: " + one.setting + "\n";
  return out;
}

}  // namespace

int explain_logins(CommandContext& context, const ExplainQuestion& question) {
  core::Explanations::Filter filter;
  filter.user = question.user;
  filter.service = question.service;
  filter.client = question.client;
  filter.request = question.request;
  filter.refused_only = question.refused;
  filter.limit = static_cast<std::size_t>(question.limit);
  const auto found = context.appliance.explanations().find(filter);
  if (found.empty()) {
    context.console.line(
        context.beside_server
            ? "no such login since the server started; those by app password or by a password that "
              "was verified a moment ago are in the log alone"
            : "only a running server remembers its last logins, and none runs here");
    return kRefused;
  }
  std::string out;
  for (const core::Explanation& one : found) out += (out.empty() ? "" : "\n") + text_of(one);
  context.console.out(out);
  return kDone;
}

int verify_events(CommandContext& context) {
  const core::TrailReport report = context.appliance.store().verify_events();
  std::string out = std::to_string(report.sealed) + " events, whole\n";
  if (report.broken) {
    context.console.error("the trail is broken at event " + std::to_string(*report.broken) +
                          ": it, or one before it, was changed, inserted or removed (" +
                          std::to_string(report.sealed) + " before it are whole)");
    return kRefused;
  }
  if (report.unsealed != 0) {
    out += std::to_string(report.unsealed) + " from before events were sealed\n";
  }
  if (!report.head.empty()) out += "head " + report.head + "\n";
  context.console.out(out);
  return kDone;
}

}  // namespace postern::app
