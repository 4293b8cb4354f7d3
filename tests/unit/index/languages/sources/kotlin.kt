@file:JvmName("RequestCalls")

package okhttp.cache

import java.io.Closeable
import java.util.concurrent.TimeUnit
import kotlin.math.max as largest
import okio.*

/** How long an answer stays fresh. */
const val DEFAULT_MAX_AGE = 60L

typealias Listener<T> = (T) -> Unit

/**
 * What the cache can say about a request.
 *
 * Exhaustive on purpose.
 */
sealed interface Verdict {
    data class Hit(val response: Response, val age: Long = 0) : Verdict

    data object Miss : Verdict
}

enum class Mode(val write: Boolean) {
    READ_ONLY(false),
    READ_WRITE(true) {
        override fun label() = "rw"
    };

    open fun label(): String = name.lowercase()
}

@Target(AnnotationTarget.FUNCTION)
annotation class Blocking(val reason: String = "")

/** Serves requests from disk. */
class DiskCache<K : Any, V> private constructor(
    private val store: MutableMap<K, V>,
    val mode: Mode,
) : AbstractCache<K, V>(store), Closeable where V : Comparable<V> {

    constructor(mode: Mode) : this(mutableMapOf(), mode)

    private val lock = Any()

    var hits: Int = 0
        private set

    val size: Int
        get() = store.size

    lateinit var listener: Listener<V>

    init {
        register(this)
    }

    // Not a doc comment, but it stands right above.
    @Blocking("reads the disk")
    @Throws(IOException::class)
    override suspend fun get(key: K): V? {
        fun missed(): V? {
            hits = largest(hits, 0)
            return null
        }
        return store[key] ?: missed()
    }

    operator fun plus(other: DiskCache<K, V>): DiskCache<K, V> =
        DiskCache(other.mode)

    override fun close() {
        val cleanup = object : Runnable {
            override fun run() = store.clear()
        }
        cleanup.run()
    }

    inner class Snapshot(val key: K) {
        fun body(): V = requireNotNull(store[key]) { "no $key in ${mode.label()}" }
    }

    companion object Factory {
        const val VERSION = 3

        @JvmStatic
        fun <K : Any> open(keys: List<K>): DiskCache<K, String> = DiskCache(Mode.READ_WRITE)
    }
}

object Registry {
    val caches = ArrayList<Closeable>()
}

fun interface Clock {
    fun now(): Long
}

fun String.`as header name`(): String = trim { it <= ' ' }

infix fun <T> Collection<T>.without(element: T): List<T> = filter { it != element }

val String.isSecret: Boolean
    get() = startsWith("Authorization")

fun Verdict.describe() = when (this) {
    is Verdict.Hit -> "hit after ${TimeUnit.SECONDS.toMillis(age)}"
    Verdict.Miss -> "miss"
}

@Target(AnnotationTarget.CLASS)
@Retention(AnnotationRetention.BINARY)
public annotation class Beta

@JvmInline
value class Result<out T>
@PublishedApi internal constructor(private val holder: Any?) {
    val lazy = suspend { holder }
}

interface Named { val name: String }

actual open class Bytes
internal actual constructor(val data: ByteArray) {
    fun size() = data.size
}
