#pragma once
// Console: where a command writes, as two file descriptors: the terminal of this process, or that
// of the client at the admin socket. A write that fails (the client went away) is dropped. Thread:
// one.

#include <string_view>

namespace postern::app {

class Console {
 public:
  Console(int out, int err) : out_(out), err_(err) {}

  void out(std::string_view text) const;    // as is
  void line(std::string_view text) const;   // and a newline
  void error(std::string_view text) const;  // "postern: " text newline, to err
  void note(std::string_view text) const;   // to err, as is: progress
  bool err_is_terminal() const;

 private:
  int out_, err_;
};

}  // namespace postern::app
