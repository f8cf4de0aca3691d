#pragma once
// FileError: what is wrong in a file that a person wrote, and where: `file:line: what, what is
// allowed`. Lines and columns count from 1; 0 = the file as a whole. The text never carries a
// secret. A value; thread-safe.

#include <string>
#include <string_view>
#include <vector>

namespace postern::app {

struct Mark {
  int line = 0;
  int column = 0;
};

struct FileError {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text;
};

using FileErrors = std::vector<FileError>;

// "postern.yaml:12: unknown key `lisen`, did you mean `listen`?"
std::string to_text(const FileError& error);

// A value for use inside an error text: in double quotes, control characters escaped, cut at 80
// octets.
std::string in_quotes(std::string_view value);

}  // namespace postern::app
