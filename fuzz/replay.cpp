// Replays a corpus folder through a fuzz target without libFuzzer: each file whole, then each of
// its prefixes (bounded), so that ./check covers what fuzzing once found, with any compiler.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMaxPrefixes = 256;

void replay(const std::vector<std::uint8_t>& input) {
  // A copy of exact size lets AddressSanitizer see a read past the end.
  for (std::size_t size = 0; size < input.size() && size < kMaxPrefixes; ++size) {
    const std::vector<std::uint8_t> prefix(input.begin(),
                                           input.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(prefix.data(), prefix.size());
  }
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    replay({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    ++count;
  }
  std::printf("%zu inputs\n", count);
  return count == 0 ? 1 : 0;  // an empty corpus tests nothing
}
