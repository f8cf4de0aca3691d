#include "app/web/metrics_text.h"

#include <array>
#include <charconv>

namespace postern::app {
namespace {

std::string number(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
          std::string(type) + "\n";
}

void MetricsText::line(std::string_view suffix, std::string_view labels, std::string_view value) {
  out_ += name_;
  out_ += suffix;
  if (!labels.empty()) {
    out_ += '{';
    out_ += labels;
    out_ += '}';
  }
  out_ += ' ';
  out_ += value;
  out_ += '\n';
}

void MetricsText::sample(std::uint64_t value, std::string_view labels) {
  line({}, labels, std::to_string(value));
}

void MetricsText::sample(double value, std::string_view labels) { line({}, labels, number(value)); }

void MetricsText::histogram(const core::OperationMeter::Sample& sample, const std::string& labels) {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < sample.buckets.size(); ++i) {
    seen += sample.buckets[i];
    const bool last = i == core::OperationMeter::kBounds.size();
    const std::string bound = last ? "+Inf" : number(core::OperationMeter::kBounds[i] / 1e6);
    line("_bucket", labels + "," + metric_label("le", bound), std::to_string(seen));
  }
  line("_sum", labels, number(static_cast<double>(sample.microseconds) / 1e6));
  line("_count", labels, std::to_string(seen));
}

std::string metric_label(std::string_view name, std::string_view value) {
  std::string out(name);
  out += "=\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace postern::app
