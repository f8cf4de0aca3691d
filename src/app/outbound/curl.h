#pragma once
// What requests through libcurl share: handles that free themselves, lists of header lines, the
// verification of certificates. Thread: a handle is one thread's.

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>

namespace postern::app {

struct FreeCurl {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurl>;

// A list of lines that libcurl keeps a view of.
class CurlLines {
 public:
  void add(const std::string& line) {
    curl_slist* grown = curl_slist_append(lines_.get(), line.c_str());
    if (grown == nullptr) return;
    lines_.release();
    lines_.reset(grown);
  }
  curl_slist* get() const noexcept { return lines_.get(); }

 private:
  std::unique_ptr<curl_slist, FreeCurl> lines_;
};

// A fresh handle that uses no signal, no proxy of the environment, and verifies certificates, by
// `ca` if that is given. Null when libcurl cannot begin.
CurlHandle open_curl(const std::string& ca);

// Ends what the handle does once the flag, which outlives it, is set. Null: never.
void give_up_when(CURL* curl, const std::atomic<bool>* cancelled);

}  // namespace postern::app
