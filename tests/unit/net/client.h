#pragma once
// Client: a blocking loopback client, plain or TLS, with a deadline on every wait, for the tests of
// net.

#include <openssl/ssl.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "net/unique_fd.h"

namespace postern::net::test {

class Client {
 public:
  explicit Client(std::uint16_t port, const char* address = "127.0.0.1");
  static Client local(const std::string& path);
  Client(Client&&) = default;
  ~Client();

  bool send(std::string_view octets);
  std::string read(std::size_t count);  // shorter at the end of the stream
  std::string read_all();               // until the end of the stream
  bool at_end();                        // waits for an orderly end or a reset
  void half_close();
  void close();
  void reset_connection();  // RST
  void small_receive_window();

  bool handshake(const std::filesystem::path& ca, const char* server_name = nullptr);
  std::string server_common_name() const;
  bool got_close_notify() const;
  void say_close_notify();

  int fd() const { return fd_.get(); }

 private:
  explicit Client(UniqueFd fd) : fd_(std::move(fd)) {}
  long some(char* into, std::size_t size);

  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  UniqueFd fd_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace postern::net::test
