#include "app/web/operation_figures.h"

#include <map>

namespace postern::app {
namespace {

using core::Operation;
using core::OperationMeter;

// LDAP result codes that answer the question (RFC 4511 4.1.9), packet codes of RFC 2865 and 2866.
bool failed(const OperationMeter::Sample& sample) noexcept {
  constexpr std::uint16_t kCompareFalse = 5, kCompareTrue = 6, kSaslGoesOn = 14;
  constexpr std::uint16_t kAccept = 2, kAccountingResponse = 5, kChallenge = 11;
  switch (sample.operation) {
    case Operation::radius_access:
      return sample.result != kAccept && sample.result != kChallenge;
    case Operation::radius_accounting:
      return sample.result != kAccountingResponse;
    case Operation::http_request:
      return sample.result >= 5;
    case Operation::ldap_bind:
      return sample.result != 0 && sample.result != kSaslGoesOn;
    case Operation::ldap_compare:
      return sample.result != kCompareFalse && sample.result != kCompareTrue;
    default:
      return sample.result != 0;
  }
}

struct Sum {
  std::uint64_t count = 0, failed = 0;
  std::array<std::uint64_t, OperationMeter::kBuckets> buckets{};
};

}  // namespace

core::Object operation_figures(const OperationMeter& meter) {
  std::map<Operation, Sum> sums;
  for (const OperationMeter::Sample& one : meter.samples()) {
    Sum& sum = sums[one.operation];
    sum.count += one.count();
    if (failed(one)) sum.failed += one.count();
    for (std::size_t at = 0; at < sum.buckets.size(); ++at) sum.buckets[at] += one.buckets[at];
  }
  boost::json::array operations;
  for (const auto& [operation, sum] : sums) {
    operations.push_back(
        core::Object{{"name", core::operation_name(operation)},
                     {"count", sum.count},
                     {"failed", sum.failed},
                     {"buckets", boost::json::array(sum.buckets.begin(), sum.buckets.end())}});
  }
  return {{"operations", std::move(operations)},
          {"operation_bounds",
           boost::json::array(OperationMeter::kBounds.begin(), OperationMeter::kBounds.end())}};
}

}  // namespace postern::app
