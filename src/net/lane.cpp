#include "net/lane.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "net/thread.h"

namespace postern::net {

namespace {

using Clock = std::chrono::steady_clock;

struct Item {
  std::shared_ptr<Work> work;
  Loop* owner = nullptr;
  LanePool::Answer answer;
  Clock::time_point since;
};

void reply(Item&& item, bool ran) {
  // The work goes first: what it holds is not needed any more when the session hears of it.
  item.work.reset();
  item.owner->post([answer = std::move(item.answer), ran] { answer(ran); });
}

constexpr std::array<const char*, kLaneCount> kNames{"hash", "store", "http", "outbound"};

}  // namespace

class LanePool::Queue {
 public:
  Queue(std::size_t index, const LaneSize& size) : name_(kNames[index]), size_(size) {}

  void start() {
    for (unsigned i = 0; i < size_.threads; ++i) {
      threads_.push_back(start_thread(std::string("lane-") + name_, [this] {
        if (size_.background) yield_to_others();
        serve();
      }));
    }
    if (size_.threads > 0)
      sweeper_ = start_thread(std::string("wait-") + name_, [this] { sweep(); });
  }

  void submit(Item item);
  LaneLoad load() const;
  void stop();

 private:
  void serve();
  void sweep();
  bool make_room(std::uint64_t key, std::vector<Item>& out);
  void push(Item item);
  Item pop_next();
  void take_expired(Clock::time_point now, std::vector<Item>& out);
  void refuse(std::vector<Item>& items);

  const char* name_;
  const LaneSize size_;
  mutable std::mutex mutex_;
  std::condition_variable work_ready_;
  std::condition_variable sweep_needed_;
  // Invariant: a key is in turns_ exactly once while its list is not empty, and has no list
  // otherwise.
  std::unordered_map<std::uint64_t, std::deque<Item>> waiting_;
  std::deque<std::uint64_t> turns_;
  LaneLoad load_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  std::thread sweeper_;
};

void LanePool::Queue::push(Item item) {
  const std::uint64_t key = item.work->fairness_key;
  auto& list = waiting_[key];
  if (list.empty()) turns_.push_back(key);
  list.push_back(std::move(item));
  ++load_.queued;
}

// REQUIRES: load_.queued > 0
Item LanePool::Queue::pop_next() {
  const std::uint64_t key = turns_.front();
  turns_.pop_front();
  const auto list = waiting_.find(key);
  Item item = std::move(list->second.front());
  list->second.pop_front();
  if (list->second.empty()) {
    waiting_.erase(list);
  } else {
    turns_.push_back(key);
  }
  --load_.queued;
  return item;
}

// Takes the newest place of the greediest key, if that holds more than the newcomer's key would.
bool LanePool::Queue::make_room(std::uint64_t key, std::vector<Item>& out) {
  const auto own = waiting_.find(key);
  const std::size_t places = own == waiting_.end() ? 0 : own->second.size();
  auto greediest = waiting_.end();
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (greediest == waiting_.end() || it->second.size() > greediest->second.size()) greediest = it;
  }
  if (greediest == waiting_.end() || greediest->second.size() <= places + 1) return false;
  out.push_back(std::move(greediest->second.back()));
  greediest->second.pop_back();
  --load_.queued;
  return true;
}

void LanePool::Queue::refuse(std::vector<Item>& items) {
  for (Item& item : items) reply(std::move(item), false);
  items.clear();
}

void LanePool::Queue::submit(Item item) {
  std::vector<Item> refused;
  {
    const std::lock_guard lock(mutex_);
    const bool room =
        !stopping_ && (load_.queued < size_.queue || make_room(item.work->fairness_key, refused));
    if (!room) refused.push_back(std::move(item));
    load_.refused += refused.size();
    if (room) {
      push(std::move(item));
      if (load_.queued == 1) sweep_needed_.notify_one();
    }
  }
  work_ready_.notify_one();
  refuse(refused);
}

void LanePool::Queue::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_ready_.wait(lock, [this] { return stopping_ || load_.queued > 0; });
    if (stopping_) return;
    Item item = pop_next();
    const bool expired = Clock::now() - item.since > size_.max_wait;
    const bool run = !expired && !item.work->cancelled();
    if (expired) ++load_.refused;
    if (run) ++load_.running;
    lock.unlock();
    if (run) item.work->run();
    lock.lock();
    if (run) {
      --load_.running;
      ++load_.done;
    }
    lock.unlock();
    reply(std::move(item), run);
    lock.lock();
  }
}

// Within a key the oldest is in front, so it is enough to look there.
void LanePool::Queue::take_expired(Clock::time_point now, std::vector<Item>& out) {
  std::deque<std::uint64_t> keep;
  for (const std::uint64_t key : turns_) {
    const auto list = waiting_.find(key);
    while (!list->second.empty() && now - list->second.front().since > size_.max_wait) {
      out.push_back(std::move(list->second.front()));
      list->second.pop_front();
      --load_.queued;
      ++load_.refused;
    }
    if (list->second.empty()) {
      waiting_.erase(list);
    } else {
      keep.push_back(key);
    }
  }
  turns_.swap(keep);
}

// Refuses in time even while every thread is held by something long.
void LanePool::Queue::sweep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (load_.queued == 0) {
      sweep_needed_.wait(lock, [this] { return stopping_ || load_.queued > 0; });
      continue;
    }
    sweep_needed_.wait_for(lock, size_.max_wait / 8 + std::chrono::milliseconds(1));
    std::vector<Item> expired;
    take_expired(Clock::now(), expired);
    if (expired.empty()) continue;
    lock.unlock();
    refuse(expired);
    lock.lock();
  }
}

LaneLoad LanePool::Queue::load() const {
  const std::lock_guard lock(mutex_);
  return load_;
}

void LanePool::Queue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_ready_.notify_all();
  sweep_needed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (sweeper_.joinable()) sweeper_.join();
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  turns_.clear();
  load_.queued = 0;
}

LanePool::LanePool(const Sizes& sizes) {
  for (std::size_t i = 0; i < kLaneCount; ++i) queues_[i] = std::make_unique<Queue>(i, sizes[i]);
}

LanePool::~LanePool() { stop(); }

void LanePool::start() {
  for (auto& queue : queues_) queue->start();
}

void LanePool::submit(Lane lane, std::shared_ptr<Work> work, Loop& owner, Answer answer) {
  queues_[static_cast<std::size_t>(lane)]->submit(
      Item{std::move(work), &owner, std::move(answer), Clock::now()});
}

LaneLoad LanePool::load(Lane lane) const { return queues_[static_cast<std::size_t>(lane)]->load(); }

void LanePool::stop() {
  for (auto& queue : queues_) queue->stop();
}

}  // namespace postern::net
