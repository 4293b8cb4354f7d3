<!DOCTYPE html>
<p><?= $title ?></p>
<?php

declare(strict_types=1);

namespace Illuminate\Queue;

use Closure;
use Illuminate\Contracts\{Job as JobContract, Queue\Factory};
use Illuminate\Support\Str as S;
use function Illuminate\Support\tap;
use const PHP_EOL;

require_once __DIR__ . '/bootstrap.php';
include 'helpers.php';

const RETRIES = 3, DELAY = 10;
define('QUEUE_DEBUG', false);

/**
 * What every queue can do.
 */
interface Queue extends \Countable, Pushes
{
    public const DEFAULT = 'default';

    public function push(string|JobContract $job, mixed $data = '', ?string $queue = null): mixed;
}

trait Dispatchable
{
    protected static array $pending = [];

    public static function dispatch(...$arguments)
    {
        return new PendingDispatch(new static(...$arguments));
    }

    abstract public function handle(): void;
}

#[Attribute(Attribute::TARGET_CLASS)]
final readonly class OnQueue
{
    public function __construct(public string $name = Queue::DEFAULT, private int $delay = 0) {}
}

enum Status: string implements HasLabel
{
    use Labels;

    case Ready = 'ready';
    case Done = 'done';

    const FALLBACK = self::Ready;

    public static function parse(string $text): self
    {
        return match (true) {
            S::startsWith($text, 'r') => self::Ready,
            default => self::from($text),
        };
    }
}

/** Pushes jobs to Redis. */
#[OnQueue('redis')]
abstract class RedisQueue extends AbstractQueue implements Queue, \ArrayAccess
{
    use Dispatchable, Macroable {
        Macroable::call as macroCall;
        dispatch as protected queued;
    }

    private const PREFIX = 'queues:';
    public ?Factory $redis = null;
    protected static int|float $popped = 0, $failed = 0;

    // Counts what waits.
    public function count(): int
    {
        $names = array_map(fn (string $q): string => self::PREFIX . $q, ['a', 'b']);

        return $this->redis->connection()->eval(<<<LUA
            return redis.call('llen', KEYS[1]) -- function notHere() {}
            LUA, $names);
    }

    public function &payload(Closure $then): array
    {
        function nested_helper(): int { return 1; }

        $job = new class($this) extends Job implements JobContract {
            public function fire(): void { logger("fired {$this->name()}"); }
        };

        return tap([$job], function ($it) use ($then) { $then($it); });
    }

    public function __call($method, $parameters) { return parent::__call($method, $parameters); }
}

function queue_name(?string $name): string
{
    return $name ?? Queue::DEFAULT . PHP_EOL;
}

if (! function_exists('later')) {
    function later(int $seconds): void {}
}
