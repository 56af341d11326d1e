// The mailboxes of an import: mbox, Maildir, folders and files.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "ingest/folder_mailbox.h"
#include "ingest/mbox_mailbox.h"
#include "ingest/open_mailbox.h"
#include "tests/support/catch.h"
#include "tests/support/pack.h"

namespace fs = std::filesystem;
using ingest::Limits;
using ingest::Message;

namespace {

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string path = (fs::temp_directory_path() / "ruadar-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  std::string path_;
};

// Bytes given in pieces of a fixed size.
class Pieces : public ingest::ByteSource {
 public:
  Pieces(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  schema::Result<std::size_t> read(std::string& buffer) override {
    const std::string piece = bytes_.substr(at_, piece_);
    at_ += piece.size();
    buffer += piece;
    return piece.size();
  }
  ingest::Progress progress() const override { return {at_, bytes_.size()}; }

 private:
  std::string bytes_;
  std::size_t piece_, at_ = 0;
};

struct Drained {
  std::vector<Message> messages;
  std::vector<schema::Error> errors;
  std::vector<std::string> bytes() const {
    std::vector<std::string> result;
    for (const Message& message : messages) result.push_back(message.bytes);
    return result;
  }
};

Drained drain(ingest::Mailbox& mailbox) {
  Drained drained;
  for (int i = 0; i < 1000; ++i) {
    schema::Result<std::optional<Message>> message = mailbox.next();
    if (!message) {
      drained.errors.push_back(message.error());
    } else if (*message) {
      drained.messages.push_back(std::move(**message));
    } else {
      return drained;
    }
  }
  FAIL("a mailbox without an end");
  return drained;
}

Drained mbox(const std::string& bytes, std::size_t piece = 1 << 20, const Limits& limits = {}) {
  return drain(*ingest::mbox_mailbox(std::make_unique<Pieces>(bytes, piece), "mbox", "box", limits));
}

Drained opened(const std::string& path, const Limits& limits = {}) {
  schema::Result<std::unique_ptr<ingest::Mailbox>> mailbox = ingest::open_mailbox(path, limits);
  REQUIRE(mailbox);
  return drain(**mailbox);
}

using Texts = std::vector<std::string>;
const std::string separator = "From a@example.org Fri Jan  2 00:10:00 2026\n";
const std::string mail_1 = "Subject: one\n\nfirst\n", mail_2 = "Subject: two\n\nsecond\n";

}  // namespace

TEST_CASE("an mbox is cut into its mails") {
  struct Case {
    const char* what;
    std::string box;
    Texts mails;
  };
  const Case cases[] = {
      {"nothing", "", {}},
      {"one", separator + mail_1, {mail_1}},
      {"two", separator + mail_1 + "\n" + separator + mail_2, {mail_1, mail_2}},
      {"no last line end",
       separator + mail_1 + "\n" + separator + "Subject: two\n\nsecond",
       {mail_1, "Subject: two\n\nsecond"}},
      {"no empty line but a date", separator + mail_1 + separator + mail_2, {mail_1, mail_2}},
      {"no empty line and no date",
       separator + "To: b\n\nx\nFrom nowhere\nB: c\n",
       {"To: b\n\nx\nFrom nowhere\nB: c\n"}},
      {"Thunderbird", "From - Mon Jan 01 10:00:00 2024\n" + mail_1 + "\nFrom \n" + mail_2, {mail_1, mail_2}},
      {"a sentence in a body",
       separator + "To: b\n\nx\n\nFrom here on: nothing\nmore words\n",
       {"To: b\n\nx\n\nFrom here on: nothing\nmore words\n"}},
      {"quoted lines",
       separator + "To: b\n\n>From x\n>>From y\n> From z\n>Fro\n",
       {"To: b\n\nFrom x\n>From y\n> From z\n>Fro\n"}},
      {"a second >From line",
       separator + mail_1 + "\n" + separator + ">From b remote from c\n" + mail_2,
       {mail_1, "From b remote from c\n" + mail_2}},
      {"CRLF",
       "From a Fri Jan  2 00:10:00 2026\r\nTo: b\r\n\r\nx\r\n\r\nFrom b Fri Jan  2 00:10:00 2026\r\nTo: d\r\n",
       {"To: b\r\n\r\nx\r\n", "To: d\r\n"}},
      {"no header", separator + "\nbody\n", {separator + "\nbody\n"}},
      {"leading lines", "\n\n" + separator + mail_1, {mail_1}},
      {"From inside a line", separator + "To: b\n\nxFrom y\nFrom\nFrom", {"To: b\n\nxFrom y\nFrom\nFrom"}},
  };
  for (const Case& c : cases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1} << 20}) {
      CAPTURE(c.what, piece);
      const Drained drained = mbox(c.box, piece);
      CHECK(drained.bytes() == c.mails);
      CHECK(drained.errors.empty());
    }
  }
}

TEST_CASE("the position of a mail is where its separator begins") {
  const Drained drained = mbox(separator + mail_1 + "\n" + separator + mail_2);
  REQUIRE(drained.messages.size() == 2);
  CHECK(drained.messages[0].position == "0");
  CHECK(drained.messages[1].position == std::to_string(separator.size() + mail_1.size() + 1));
  CHECK(drained.messages[1].origin == "box");
  CHECK(drained.messages[1].size == mail_2.size());
}

TEST_CASE("a mail over the limit is passed over, its neighbours are not") {
  Limits limits;
  limits.mail_bytes = 100'000;
  for (const int step : {-1, 0, 1}) {
    const std::string large = "To: b\n\n" + std::string(100'000 - 8 + static_cast<std::size_t>(step), 'x') + "\n";
    const Drained drained = mbox(separator + large + "\n" + separator + mail_2, 4096, limits);
    REQUIRE(drained.messages.size() == 2);
    CHECK(drained.messages[0].too_large == (step > 0));
    CHECK(drained.messages[0].bytes.size() <= limits.mail_bytes);
    CHECK(drained.messages[0].size >= large.size());
    CHECK(drained.messages[1].bytes == mail_2);
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // those keep what is freed
TEST_CASE("an mbox of any length needs the memory of one mail") {
  // 200 MB, made while it is read; one mail in it has 40 MB.
  class Endless : public ingest::ByteSource {
   public:
    schema::Result<std::size_t> read(std::string& buffer) override {
      if (++blocks_ > 2000) return std::size_t{0};
      const bool inside_large = blocks_ > 1000 && blocks_ < 1400;
      const std::string block =
          inside_large ? std::string(100'000, 'x') : separator + mail_1 + std::string(99'900, 'y');
      buffer += block + "\n\n";
      return block.size() + 2;
    }
    ingest::Progress progress() const override { return {}; }

   private:
    int blocks_ = 0;
  };
  const auto peak_bytes = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  };
  Limits limits;
  limits.mail_bytes = 1'000'000;
  const std::size_t before = peak_bytes();
  const auto mailbox = ingest::mbox_mailbox(std::make_unique<Endless>(), "mbox", "box", limits);
  std::size_t mails = 0, too_large = 0;
  for (;;) {
    const auto message = mailbox->next();
    REQUIRE(message);
    if (!*message) break;
    ++mails;
    if ((*message)->too_large) ++too_large;
  }
  CHECK(mails == 2000 - 399);
  CHECK(too_large == 1);
  CHECK(peak_bytes() - before < 8'000'000);
}
#endif

TEST_CASE("standard input is one mailbox") {
  const Folder folder;
  const int saved = dup(STDIN_FILENO);
  REQUIRE(saved >= 0);
  for (const auto& [bytes, mails] :
       {std::pair<std::string, Texts>{separator + mail_1 + "\n" + separator + mail_2, {mail_1, mail_2}},
        {mail_1, {mail_1}}}) {
    const int file = open(folder.write("stdin", bytes).c_str(), O_RDONLY);
    REQUIRE(dup2(file, STDIN_FILENO) == STDIN_FILENO);
    close(file);
    const Drained drained = opened("-");
    CHECK(drained.bytes() == mails);
    CHECK(drained.messages[0].kind == "stdin");
  }
  dup2(saved, STDIN_FILENO);
  close(saved);
}

TEST_CASE("an mbox cut at every length gives its beginning") {
  const std::string box = separator + mail_1 + "\n" + separator + mail_2;
  for (std::size_t size = 0; size < box.size(); ++size) {
    const Drained drained = mbox(box.substr(0, size), 3);
    CHECK(drained.messages.size() <= 2);
    for (const Message& message : drained.messages)
      CHECK(message.bytes.size() <= mail_2.size() + separator.size() + mail_1.size());
  }
}

TEST_CASE("files are opened by what they hold") {
  const Folder folder;
  const std::string box = separator + mail_1 + "\n" + separator + mail_2;
  CHECK(opened(folder.write("a.xml", box)).bytes() == Texts{mail_1, mail_2});
  CHECK(opened(folder.write("b.eml", tests::gzip(box))).bytes() == Texts{mail_1, mail_2});
  CHECK(opened(folder.write("c.eml", tests::gzip(box.substr(0, 60)) + tests::gzip(box.substr(60)))).bytes() ==
        Texts{mail_1, mail_2});
  CHECK(opened(folder.write("d.mbox", mail_1)).bytes() == Texts{mail_1});
  const std::string packed = tests::gzip("<feedback/>");
  const Drained loose = opened(folder.write("e.mbox", packed));
  REQUIRE(loose.messages.size() == 1);
  CHECK(loose.messages[0].bytes == packed);
  CHECK(loose.messages[0].name == "e.mbox");
  CHECK(loose.messages[0].position.empty());
  CHECK(loose.messages[0].kind == "file");
  const Drained empty = opened(folder.write("f", ""));
  REQUIRE(empty.messages.size() == 1);
  CHECK(empty.messages[0].bytes.empty());
}

TEST_CASE("a gzipped mbox that breaks off gives what can be read and then says so") {
  const Folder folder;
  std::string box;
  for (int i = 0; i < 50; ++i) box += separator + "Subject: " + std::to_string(i * 7919) + "\n\nbody\n\n";
  const std::string packed = tests::gzip(box);
  const Drained drained = opened(folder.write("box.gz", packed.substr(0, packed.size() / 2)));
  CHECK(drained.messages.size() > 1);
  REQUIRE(drained.errors.size() == 1);
  CHECK(drained.errors[0].kind == schema::ErrorKind::unavailable);
  CHECK(drained.errors[0].message.find("box.gz") != std::string::npos);
}

TEST_CASE("a path that cannot be read is named") {
  const Folder folder;
  for (const std::string& path : {folder.path("nowhere"), folder.path("odd\x1bname"), std::string("/dev/null")}) {
    const auto mailbox = ingest::open_mailbox(path, {});
    REQUIRE_FALSE(mailbox);
    CHECK(mailbox.error().kind == schema::ErrorKind::unavailable);
    CHECK(mailbox.error().message.find(path.substr(0, 8)) != std::string::npos);
    CHECK(mailbox.error().message.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a Maildir gives the mails of cur and new under their unique names") {
  const Folder folder;
  folder.write("box/cur/1.host:2,S", mail_1);
  folder.write("box/new/2.host,S=20", mail_2);
  folder.write("box/tmp/3.host", "half writ");
  folder.write("box/dovecot.index", "binary");
  folder.write("box/cur/.hidden", "no");
  fs::create_directories(folder.path("box/.Sub/cur"));
  fs::create_directories(folder.path("box/.Sub/new"));
  folder.write("box/.Sub/cur/4.host!2,", mail_1);
  for (const std::string& path : {folder.path("box"), folder.path("box/"), folder.path()}) {
    const Drained drained = opened(path);
    REQUIRE(drained.messages.size() == 3);
    CHECK(drained.bytes() == Texts{mail_1, mail_2, mail_1});
    CHECK(drained.messages[0].position == "1.host");
    CHECK(drained.messages[0].kind == "maildir");
    CHECK(drained.messages[0].origin == folder.path("box"));
    CHECK(drained.messages[1].position == "2.host,S=20");
    CHECK(drained.messages[2].origin == folder.path("box/.Sub"));
  }
}

TEST_CASE("a mail of a Maildir that is renamed meanwhile is found again") {
  const Folder folder;
  fs::create_directories(folder.path("cur"));
  folder.write("new/1.host", mail_1);
  auto mailbox = ingest::open_mailbox(folder.path(), {});
  REQUIRE(mailbox);
  fs::rename(folder.path("new/1.host"), folder.path("cur/1.host:2,RS"));
  CHECK(drain(**mailbox).bytes() == Texts{mail_1});
}

TEST_CASE("unique names of a Maildir are without flags") {
  CHECK(ingest::maildir_unique_name("1.host:2,S") == "1.host");
  CHECK(ingest::maildir_unique_name("1.host;2,") == "1.host");
  CHECK(ingest::maildir_unique_name("1.host!2,FS") == "1.host");
  CHECK(ingest::maildir_unique_name("1.host,S=5:2,S") == "1.host,S=5");
  CHECK(ingest::maildir_unique_name("1.host") == "1.host");
}

TEST_CASE("a folder is read with everything in it, in order, and nothing outside") {
  const Folder folder;
  const Folder outside;
  outside.write("secret.eml", "Subject: outside\n\n");
  folder.write("b.eml", mail_1);
  folder.write("a/box", separator + mail_1 + "\n" + separator + mail_2);
  folder.write("c/deep/er/x.xml", "<feedback/>");
  folder.write(".hidden", mail_1);
  folder.write("c/maildir/cur/1:2,", mail_2);
  fs::create_directories(folder.path("c/maildir/new"));
  fs::create_symlink(outside.path(), folder.path("link"));
  fs::create_symlink(outside.path("secret.eml"), folder.path("link.eml"));
  fs::create_symlink("..", folder.path("c/loop"));
  CHECK(opened(folder.path()).bytes() == Texts{mail_1, mail_1, mail_2, "<feedback/>", mail_2});
  // What the operator names may be a link.
  CHECK(opened(folder.path("link.eml")).bytes() == Texts{"Subject: outside\n\n"});
}

TEST_CASE("a file that cannot be read does not end a folder") {
  const Folder folder;
  folder.write("a.eml", mail_1);
  folder.write("b.eml", mail_2);
  folder.write("c.eml", mail_1);
  auto mailbox = ingest::open_mailbox(folder.path(), {});
  REQUIRE(mailbox);
  fs::remove(folder.path("b.eml"));
  const Drained drained = drain(**mailbox);
  CHECK(drained.messages.size() == 2);
  REQUIRE(drained.errors.size() == 1);
  CHECK(drained.errors[0].message.find("b.eml") != std::string::npos);
}

TEST_CASE("the progress of a folder ends at its size") {
  const Folder folder;
  folder.write("a.eml", mail_1);
  folder.write("box", separator + mail_1 + "\n" + separator + mail_2);
  auto mailbox = ingest::open_mailbox(folder.path(), {});
  REQUIRE(mailbox);
  const std::uint64_t total = (*mailbox)->progress().total;
  CHECK(total == 2 * mail_1.size() + mail_2.size() + 2 * separator.size() + 1);
  CHECK((*mailbox)->progress().done == 0);
  drain(**mailbox);
  CHECK((*mailbox)->progress().done == total);
}

TEST_CASE("a loose archive may be larger than a mail, within its own limit") {
  const Folder folder;
  Limits limits;
  limits.mail_bytes = 1000;
  limits.attachment_bytes = 5000;
  CHECK_FALSE(opened(folder.write("a.gz", "\x1f\x8b" + std::string(4998, 'x')), limits).messages[0].too_large);
  CHECK(opened(folder.write("b.gz", "\x1f\x8b" + std::string(4999, 'x')), limits).messages[0].too_large);
  CHECK(opened(folder.write("c.eml", mail_1 + std::string(1001 - mail_1.size(), 'x')), limits).messages[0].too_large);
  CHECK_FALSE(
      opened(folder.write("d.eml", mail_1 + std::string(1000 - mail_1.size(), 'x')), limits).messages[0].too_large);
}
