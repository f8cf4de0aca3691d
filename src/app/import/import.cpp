#include "app/import/import.h"

#include <sys/stat.h>

#include "app/import/importer.h"

namespace postern::app {
namespace {

std::uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size)
                                                          : 0;
}

void read_ldif(int fd, Importer& importer, core::Random& random) {
  LdifReader reader(fd);
  LdifRecord record;
  for (;;) {
    const auto next = reader.next(record);
    if (next == LdifReader::Next::end) break;
    if (next == LdifReader::Next::fault) {
      importer.refuse(record.line, record.dn, reader.fault());
      continue;
    }
    importer.take(entry_from_ldif(record, random), reader.source().octets());
  }
  if (reader.source().failed()) importer.refuse(0, "", "the file could not be read to its end");
}

void read_csv(int fd, Importer& importer, core::Random& random) {
  CsvReader reader(fd);
  std::vector<std::string> header;
  if (reader.next(header) != CsvReader::Next::row) return;
  std::vector<std::string> cells;
  for (;;) {
    const auto next = reader.next(cells);
    if (next == CsvReader::Next::end) break;
    if (next == CsvReader::Next::fault) {
      importer.refuse(reader.line(), "", reader.fault());
      continue;
    }
    importer.take(entry_from_csv(header, cells, reader.line(), random), reader.source().octets());
  }
  if (reader.source().failed()) importer.refuse(0, "", "the file could not be read to its end");
}

}  // namespace

int import_file(CommandContext& context, const ImportOptions& options) {
  const InputFile& file = context.files.front();
  std::string format = options.format;
  if (format.empty()) format = file.name.ends_with(".csv") ? "csv" : "ldif";
  if (format != "csv" && format != "ldif") {
    context.console.error("--format must be ldif or csv");
    return kUsage;
  }
  Importer importer(context, options, size_of(file.fd));
  core::Random& random = context.appliance.tools().random;
  if (format == "csv") {
    read_csv(file.fd, importer, random);
  } else {
    read_ldif(file.fd, importer, random);
  }
  return importer.finish();
}

}  // namespace postern::app
