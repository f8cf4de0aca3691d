#include "app/commands/top.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "app/version.h"
#include "core/operation_meter.h"
#include "core/spotlight.h"

namespace postern::app {
namespace {

using core::OperationMeter;
using Samples = std::vector<OperationMeter::Sample>;

constexpr std::string_view kClear = "\x1b[H\x1b[2J\x1b[3J";

template <typename... Values>
std::string printed(const char* format, Values... values) {
  std::array<char, 256> text{};
  const int size = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1)};
}

bool same_kind(const OperationMeter::Sample& a, const OperationMeter::Sample& b) {
  return a.operation == b.operation && a.result == b.result && a.provider == b.provider;
}

// What has happened in between.
Samples difference(const Samples& before, Samples after) {
  for (OperationMeter::Sample& one : after) {
    const auto old =
        std::ranges::find_if(before, [&](const auto& each) { return same_kind(each, one); });
    if (old == before.end()) continue;
    for (std::size_t i = 0; i < one.buckets.size(); ++i) one.buckets[i] -= old->buckets[i];
    one.microseconds -= old->microseconds;
  }
  std::erase_if(after, [](const auto& one) { return one.count() == 0; });
  std::ranges::stable_sort(after,
                           [](const auto& a, const auto& b) { return a.count() > b.count(); });
  return after;
}

std::string duration(std::uint64_t microseconds) {
  if (microseconds < 1000) return std::to_string(microseconds) + " us";
  if (microseconds < 1'000'000) return printed("%.3g ms", static_cast<double>(microseconds) / 1e3);
  return printed("%.3g s", static_cast<double>(microseconds) / 1e6);
}

std::string service_of(const core::Catalog& catalog, core::ProviderId pk) {
  const core::Provider* provider = catalog.provider(pk);
  if (provider == nullptr) return "-";
  return provider->application ? provider->application->slug : provider->name;
}

std::string operations(const Samples& samples, const core::Catalog& catalog, int seconds) {
  std::string out = printed("%-18s %6s  %-20s %9s %9s %9s %9s\n", "operation", "result", "service",
                            "per s", "mean", "p50 <=", "p99 <=");
  for (const OperationMeter::Sample& one : samples) {
    const std::uint64_t count = one.count();
    out += printed("%-18s %6u  %-20.20s %9.1f %9s %9s %9s\n", core::operation_name(one.operation),
                   static_cast<unsigned>(one.result), service_of(catalog, one.provider).c_str(),
                   static_cast<double>(count) / seconds, duration(one.microseconds / count).c_str(),
                   duration(core::quantile(one, 0.5)).c_str(),
                   duration(core::quantile(one, 0.99)).c_str());
  }
  if (samples.empty()) out += "(none)\n";
  return out;
}

// What clients sent must not steer the terminal.
std::string harmless(std::string text) {
  for (char& c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f || (octet >= 0x80 && octet < 0xa0)) c = '.';
  }
  return text;
}

std::string ranking(std::string_view title, const core::Spotlight::Ranking& names, int seconds) {
  std::string out = "\n" + printed("%9s  ", "per s") + std::string(title) + "\n";
  for (const auto& [name, count] : names) {
    out += printed("%9.1f  ", static_cast<double>(count) / seconds) + harmless(name) + "\n";
  }
  if (names.empty()) out += "(none)\n";
  return out;
}

std::string head(Appliance& appliance, const LiveFigures& live) {
  const auto fresh = appliance.directory().freshness();
  const auto model = appliance.directory().metrics();
  std::string out = "postern " + std::string(kVersion) + "   connections " +
                    std::to_string(live.traffic.open) + " (LDAP " +
                    std::to_string(live.ldap_sessions) + ")   entries " +
                    std::to_string(model.entries) + "   read model " +
                    std::to_string(fresh.age_ms) + " ms old, " + std::to_string(model.lag) +
                    " behind" + (fresh.store_reachable ? "" : "   DATABASE AWAY") + "\n";
  out += "queues";
  for (const auto& [name, load] : live.lanes) {
    out += "   " + std::string(name) + " " + std::to_string(load.running) + " run, " +
           std::to_string(load.queued) + " wait";
  }
  return out + "\n\n";
}

}  // namespace

int show_top(CommandContext& context, const TopOptions& options) {
  if (!context.live) {
    context.console.error("no server runs with this state folder");
    return kRefused;
  }
  Appliance& appliance = context.appliance;
  const core::Spotlight::Observer observer(appliance.spotlight());
  const Samples before = appliance.meter().samples();
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  const Samples seen = difference(before, appliance.meter().samples());
  std::string page = options.once ? std::string() : std::string(kClear);
  page += head(appliance, context.live());
  page += operations(seen, *appliance.directory().catalog(), options.seconds);
  page += ranking("client", observer.ranking(core::Spotlight::Kind::client, options.rows),
                  options.seconds);
  page += ranking("filter", observer.ranking(core::Spotlight::Kind::filter, options.rows),
                  options.seconds);
  context.console.out(page);
  return kDone;
}

}  // namespace postern::app
