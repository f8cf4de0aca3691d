#pragma once
// start_thread: a named thread on which every signal is blocked from its first instruction, so that
// signals reach the main thread alone.

#include <functional>
#include <string>
#include <thread>

namespace postern::net {

std::thread start_thread(const std::string& name, std::function<void()> body);

// Lowers the priority of the calling thread (nice 10).
void yield_to_others();

}  // namespace postern::net
