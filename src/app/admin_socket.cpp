#include "app/admin_socket.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "app/state_dir.h"
#include "core/log.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxFrame = 1024 * 1024;
constexpr std::size_t kMaxFiles = 64;
constexpr int kMaxClients = 8;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  Fd& operator=(Fd&&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

bool receive_all(int fd, char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(fd, out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// The first octet of the frame, with the descriptors.
bool send_first(int socket, char octet, const std::vector<int>& fds) {
  iovec data{&octet, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxFiles + 2))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
  std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

std::optional<std::vector<Fd>> receive_first(int socket, char& octet) {
  iovec data{&octet, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxFiles + 2))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return std::nullopt;
  std::vector<Fd> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return fds;
}

bool may_command(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

bool read_request(std::string_view text, const std::vector<Fd>& fds, AdminRequest& request) {
  boost::json::error_code error;
  const boost::json::value parsed = boost::json::parse({text.data(), text.size()}, error);
  if (error || !parsed.is_object()) return false;
  const auto& object = parsed.get_object();
  const auto* args = object.if_contains("args");
  const auto* files = object.if_contains("files");
  if (args == nullptr || !args->is_array() || files == nullptr || !files->is_array()) return false;
  if (fds.size() != files->get_array().size() + 2) return false;
  for (const auto& arg : args->get_array()) {
    if (!arg.is_string()) return false;
    request.args.emplace_back(arg.get_string());
  }
  std::size_t next = 2;
  for (const auto& file : files->get_array()) {
    if (!file.is_string()) return false;
    request.files.push_back({std::string(file.get_string()), fds[next++].get()});
  }
  if (const auto* secret = object.if_contains("secret"); secret != nullptr && secret->is_string()) {
    request.secret.emplace(std::string_view(secret->get_string()));
  }
  return true;
}

}  // namespace

struct AdminServer::State {
  std::filesystem::path path;
  Handler handler;
  Fd listener{-1};
  std::array<int, 2> stop{-1, -1};
  std::thread acceptor;
  std::atomic<int> clients{0};
  std::mutex mutex;
  std::condition_variable idle;

  explicit State(int fd) : listener(fd) {}

  void serve(const Fd& socket) {
    char first = 0;
    const auto fds = receive_first(socket.get(), first);
    if (!fds || fds->size() < 2) return;
    std::array<char, 4> length{first};
    if (!receive_all(socket.get(), length.data() + 1, 3)) return;
    std::size_t size = 0;
    for (const char octet : length) size = size << 8 | static_cast<unsigned char>(octet);
    if (size > kMaxFrame) return;
    std::string text(size, '\0');
    if (!receive_all(socket.get(), text.data(), size)) return;
    AdminRequest request;
    const Console console((*fds)[0].get(), (*fds)[1].get());
    int code = kUsage;
    if (read_request(text, *fds, request)) code = handler(request, console);
    const char answer = static_cast<char>(code);
    send_all(socket.get(), {&answer, 1});
  }

  void accept_loop() {
    for (;;) {
      std::array<pollfd, 2> waits{{{listener.get(), POLLIN, 0}, {stop[0], POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
      if (waits[1].revents != 0) return;
      Fd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (socket.get() < 0) continue;
      const timeval patience{30, 0};
      ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      if (!may_command(socket.get())) {
        log::warning("admin.refused", {{"why", "neither root nor the user of the server"}});
        continue;
      }
      if (clients.fetch_add(1) >= kMaxClients) {
        clients.fetch_sub(1);
        continue;
      }
      std::thread([this, held = std::move(socket)] {
        serve(held);
        const std::lock_guard lock(mutex);
        clients.fetch_sub(1);
        idle.notify_all();
      }).detach();
    }
  }
};

AdminServer::AdminServer(std::filesystem::path path, Handler handler) {
  const auto address = address_of(path);
  if (!address) {
    throw StateError("the path of the admin socket is too long (107 octets at most): " +
                     path.string());
  }
  state_ = std::make_unique<State>(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  state_->path = std::move(path);
  state_->handler = std::move(handler);
  ::unlink(state_->path.c_str());  // the state lock is held: whoever made it is gone
  const mode_t old = ::umask(0177);
  const int bound =
      ::bind(state_->listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  ::umask(old);
  if (bound != 0 || ::listen(state_->listener.get(), 16) != 0 ||
      ::pipe2(state_->stop.data(), O_CLOEXEC) != 0) {
    throw StateError("cannot listen at " + state_->path.string() + ": " + std::strerror(errno));
  }
  state_->acceptor = std::thread([state = state_.get()] { state->accept_loop(); });
}

AdminServer::~AdminServer() {
  const char octet = 0;
  if (::write(state_->stop[1], &octet, 1) == 1) state_->acceptor.join();
  ::unlink(state_->path.c_str());
  std::unique_lock lock(state_->mutex);
  state_->idle.wait(lock, [this] { return state_->clients.load() == 0; });
  ::close(state_->stop[0]);
  ::close(state_->stop[1]);
}

std::optional<int> run_at_server(const std::filesystem::path& socket, const AdminRequest& request) {
  const auto address = address_of(socket);
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!address ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return std::nullopt;
  }
  boost::json::object object;
  object["args"] = boost::json::array(request.args.begin(), request.args.end());
  boost::json::array names;
  std::vector<int> fds{STDOUT_FILENO, STDERR_FILENO};
  for (const InputFile& file : request.files) {
    names.emplace_back(file.name);
    fds.push_back(file.fd);
  }
  object["files"] = std::move(names);
  if (request.secret) object["secret"] = request.secret->reveal();
  const std::string text = boost::json::serialize(object);
  std::array<char, 4> length{};
  for (std::size_t i = 0; i < 4; ++i) length[i] = static_cast<char>(text.size() >> (24 - 8 * i));
  char code = static_cast<char>(kRefused);
  if (fds.size() > kMaxFiles + 2 || !send_first(fd.get(), length[0], fds) ||
      !send_all(fd.get(), {length.data() + 1, 3}) || !send_all(fd.get(), text) ||
      !receive_all(fd.get(), &code, 1)) {
    return kRefused;  // the server was there, but ended or refused; do not work beside it
  }
  return static_cast<unsigned char>(code);
}

}  // namespace postern::app
