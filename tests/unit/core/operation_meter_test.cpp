#include "core/operation_meter.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "core/spotlight.h"

namespace postern::core {
namespace {

using std::chrono::microseconds;

TEST(OperationMeter, CountsByOperationResultAndProviderAcrossThreads) {
  OperationMeter meter;
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&meter] {
      for (int i = 0; i < 1000; ++i) {
        meter.count(Operation::ldap_bind, 0, 7, microseconds(60));
        meter.count(Operation::ldap_bind, 49, 7, microseconds(2'000'000));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto samples = meter.samples();
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].result, 0);
  EXPECT_EQ(samples[0].provider, 7);
  EXPECT_EQ(samples[0].count(), 4000U);
  EXPECT_EQ(samples[0].microseconds, 240'000U);
  EXPECT_EQ(quantile(samples[0], 0.99), 100U);
  EXPECT_EQ(samples[1].result, 49);
  EXPECT_EQ(quantile(samples[1], 0.5), 5'000'000U);
}

TEST(OperationMeter, ABoundBelongsToItsBucketAndNothingIsBeyondTheLast) {
  OperationMeter meter;
  meter.count(Operation::ldap_search, 0, 1, microseconds(25));
  meter.count(Operation::ldap_search, 0, 1, microseconds(26));
  meter.count(Operation::ldap_search, 0, 1, std::chrono::hours(1));
  meter.count(Operation::ldap_search, 0, 1, microseconds(-5));  // a clock that went back
  const auto sample = meter.samples().at(0);
  EXPECT_EQ(sample.buckets[0], 2U);
  EXPECT_EQ(sample.buckets[1], 1U);
  EXPECT_EQ(sample.buckets.back(), 1U);
  EXPECT_EQ(quantile(sample, 1.0), OperationMeter::kBounds.back());
}

TEST(OperationMeter, WhatIsBeyondItsSlotsIsCountedTogether) {
  OperationMeter meter;
  const auto many = static_cast<int>(OperationMeter::kSlots) + 100;
  for (int provider = 1; provider <= many; ++provider) {
    meter.count(Operation::ldap_search, 0, provider, microseconds(1));
  }
  std::uint64_t all = 0, other = 0;
  for (const auto& sample : meter.samples()) {
    all += sample.count();
    if (sample.operation == Operation::other) other += sample.count();
  }
  EXPECT_EQ(all, static_cast<std::uint64_t>(many));
  EXPECT_EQ(other, 101U);
}

TEST(Spotlight, CountsOnlyWhileSomebodyLooks) {
  Spotlight light;
  EXPECT_FALSE(light.on());
  light.note(Spotlight::Kind::client, "early");
  {
    const Spotlight::Observer observer(light);
    EXPECT_TRUE(light.on());
    for (int i = 0; i < 3; ++i) light.note(Spotlight::Kind::client, "10.0.0.1");
    light.note(Spotlight::Kind::client, "10.0.0.2");
    light.note(Spotlight::Kind::filter, "(uid=?)");
    const Spotlight::Ranking wanted{{"10.0.0.1", 3}, {"10.0.0.2", 1}};
    EXPECT_EQ(observer.ranking(Spotlight::Kind::client, 10), wanted);
    EXPECT_EQ(observer.ranking(Spotlight::Kind::filter, 10).size(), 1U);
  }
  const Spotlight::Observer later(light);
  EXPECT_TRUE(later.ranking(Spotlight::Kind::client, 10).empty());
}

TEST(Spotlight, IsBoundedAndKeepsWhoIsFrequent) {
  Spotlight light;
  const Spotlight::Observer observer(light);
  for (int i = 0; i < 5000; ++i) {
    light.note(Spotlight::Kind::filter, "(cn=" + std::to_string(i) + ")");
    light.note(Spotlight::Kind::filter, "(uid=?)");
  }
  light.note(Spotlight::Kind::filter, std::string(100'000, 'x'));
  const auto all = observer.ranking(Spotlight::Kind::filter, 100'000);
  EXPECT_LE(all.size(), Spotlight::kKept);
  EXPECT_EQ(all.front().first, "(uid=?)");
  EXPECT_GE(all.front().second, 5000U);
  for (const auto& [name, count] : all) EXPECT_LE(name.size(), Spotlight::kMostName);
}

}  // namespace
}  // namespace postern::core
