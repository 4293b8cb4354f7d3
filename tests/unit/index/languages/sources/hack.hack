namespace Slack\Api;
use type HH\Lib\Vec;

interface Speaks { public function speak(): string; }
abstract class Animal implements Speaks {
  use Named;
  const int LEGS = 4;
  private vec<int> $ids = vec[];
  public function __construct(private string $name) {}
  public async function speakAsync(): Awaitable<string> { return await helper($this->name); }
}
trait Named {}
enum Color: int { RED = 1; }
async function helper(string $s): Awaitable<string> { return Vec\map($s); }
type Id = int;
