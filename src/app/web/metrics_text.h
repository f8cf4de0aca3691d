#pragma once
// MetricsText: Prometheus' text format (version 0.0.4): families of samples, each with its head.
// Thread: one.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/operation_meter.h"

namespace postern::app {

class MetricsText {
 public:
  // Begins a family; `type` is gauge, counter or histogram. `help` ends in a full stop.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(std::uint64_t value, std::string_view labels = {});
  void sample(double value, std::string_view labels = {});
  // The buckets, sum and count of a histogram in seconds.
  void histogram(const core::OperationMeter::Sample& sample, const std::string& labels);

  const std::string& text() const noexcept { return out_; }

 private:
  void line(std::string_view suffix, std::string_view labels, std::string_view value);

  std::string out_, name_;
};

// name="value", the value escaped.
std::string metric_label(std::string_view name, std::string_view value);

}  // namespace postern::app
