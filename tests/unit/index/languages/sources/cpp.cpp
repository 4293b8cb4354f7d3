#include <vector>
#include "leveldb/status.h"

LEVELDB_BEGIN_NAMESPACE(core)

#define LEVELDB_EXPORT __attribute__((visibility("default")))

namespace leveldb {
namespace {

constexpr int kLimit = 7;

void Trim(std::string* text) { text->clear(); }

}  // namespace

namespace detail::inner {
struct Tag {};
}  // namespace detail::inner

using Bytes = std::vector<unsigned char>;
using std::string;

template <typename T>
concept Sized = requires(T t) { t.size(); };

enum class Level : unsigned char { kNone, kSnappy = 1 };

/// A key range that iterates.
///
/// Not thread safe.
template <typename Key, class Comparator = std::less<Key>>
class LEVELDB_EXPORT SkipList final : public Base<Key>, private Noncopyable {
 public:
  class Iterator {
   public:
    explicit Iterator(const SkipList* list);
    bool Valid() const noexcept { return node_ != nullptr; }

   private:
    Node* node_ = nullptr;
  };

  SkipList() = default;
  virtual ~SkipList();
  SkipList(const SkipList&) = delete;
  SkipList& operator=(const SkipList&) = delete;

  template <class It>
  void Insert(It first, It last);

  const Key& operator[](size_t index) const { return keys_[index]; }
  explicit operator bool() const { return !keys_.empty(); }
  static SkipList* Open(const std::string& path, Status* status);
  virtual void Sync() = 0;

  friend bool operator==(const SkipList& a, const SkipList& b);

 private:
  static const int kMaxHeight = 12;
  std::vector<Key> keys_;
  Comparator compare_, backup_;
};

template <typename Key, class Comparator>
SkipList<Key, Comparator>::~SkipList() {
  Sync();
}

// Opens or makes a list.
SkipList<int>* SkipList<int>::Open(const std::string& path, Status* status) {
  auto* list = new SkipList<int>();
  auto reader = [&](int n) -> int { return detail::Read(path, n); };
  *status = Status::OK();
  list->Insert(reader(1), reader(2));
  return list;
}

bool operator<(const Level& a, const Level& b) {
  return static_cast<int>(a) < static_cast<int>(b);
}

inline Bytes operator""_b(const char* text, size_t n) { return Bytes(text, text + n); }

template <>
struct std::hash<leveldb::Level> {
  size_t operator()(leveldb::Level level) const { return Mix(level); }
};

typedef void (*Handler)(void* arg);

union Slot {
  int number;
  Handler handler;
};

extern "C" int leveldb_version(void);

}  // namespace leveldb

TEST(SkipTest, Empty) {
  leveldb::SkipList<int> list;
  ASSERT_TRUE(!list.Contains(10));
}

#if __has_include(<optional>) && LEVELDB_OLD
#include <optional>
#endif

class Node {
 public:
  LEVELDB_CONSTEXPR explicit_node(int value) : value_(value) {}
  LEVELDB_INLINE auto value() const -> int { return value_; }
  int Run() LEVELDB_MUST_USE_RESULT;

 private:
  int value_;
};

template <typename T> struct formatter<std::vector<T>> : formatter<T> {
  void format() {}
};
