#include "app/outbound/http_client.h"

#include <algorithm>

#include "app/outbound/curl.h"

namespace postern::app {
namespace {

struct Sink {
  std::string& body;
  std::size_t most;
};

std::size_t receive(char* data, std::size_t one, std::size_t count, void* context) {
  Sink& sink = *static_cast<Sink*>(context);
  const std::size_t size = one * count;
  if (size > sink.most - sink.body.size()) return 0;  // too much: libcurl ends the request
  sink.body.append(data, size);
  return size;
}

void trust(CURL* curl, const std::string& authorities) {
  curl_blob blob{};
  blob.data = const_cast<char*>(authorities.data());
  blob.len = authorities.size();
  blob.flags = CURL_BLOB_COPY;
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
}

int is_cancelled(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
}

bool plain(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

CurlHandle open_curl(const std::string& ca) {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle(begun == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) return handle;
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle.get(), CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!ca.empty()) curl_easy_setopt(handle.get(), CURLOPT_CAINFO, ca.c_str());
  return handle;
}

void give_up_when(CURL* curl, const std::atomic<bool>* cancelled) {
  if (cancelled == nullptr) return;
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &is_cancelled);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(cancelled));
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

core::HttpAnswer CurlHttpClient::send(const core::OutboundRequest& request) {
  core::HttpAnswer answer;
  const CurlHandle handle = open_curl(ca_);
  if (!handle) {
    answer.error = "libcurl cannot begin";
    return answer;
  }
  CurlLines headers;
  for (const auto& [name, value] : request.headers) {
    if (!plain(name) || !plain(value)) {
      answer.error = "a header is not plain text";
      return answer;
    }
    headers.add(name + ": " + value);
  }
  headers.add("Expect:");
  Sink sink{answer.body, request.most};
  CURL* curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "postern");
  if (!request.authorities.empty()) trust(curl, request.authorities);
  give_up_when(curl, request.cancelled);
  if (request.method != "GET") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    answer.error = curl_easy_strerror(code);
    answer.body.clear();
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace postern::app
