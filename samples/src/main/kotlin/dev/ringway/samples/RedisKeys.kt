package dev.ringway.samples

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/** A reply that is a word. */
internal class Status(val text: String)

/** A reply that says what is wrong. */
internal class Failure(val text: String)

private val OK = Status("OK")
private val SYNTAX = Failure("ERR syntax error")
private val NOT_A_NUMBER = Failure("ERR value is not an integer or out of range")
private val WRONG_TYPE = Failure("WRONGTYPE Operation against a key holding the wrong kind of value")

/**
 * The keys of a server, and the commands on them. A value is a string or a list of them. Belongs to one thread.
 *
 * There is no limit to how much it keeps.
 */
internal class RedisKeys(private val clock: TimeSource = TimeSource.Monotonic) {
    private val values = HashMap<String, Any>()
    private val expirations = HashMap<String, TimeMark>()

    /** @return null, a [Long], a [String], a [Status], a [Failure], or a list of these */
    fun execute(command: List<String>): Any? {
        val name = command.first().uppercase()
        val words = command.drop(1)
        return when (name) {
            "PING" -> words.check(0..1) { firstOrNull() ?: Status("PONG") }
            "ECHO" -> words.check(1..1) { first() }
            "GET" -> words.check(1..1) { string(first()) }
            "SET" -> words.check(2..4) { set(this) }
            "MSET" -> words.check(2..Int.MAX_VALUE) { setAll(this) }
            "DEL" -> words.check(1..Int.MAX_VALUE) { count { remove(it) }.toLong() }
            "INCR" -> words.check(1..1) { increment(first()) }
            "LPUSH" -> words.check(2..Int.MAX_VALUE) { push(first(), drop(1)) }
            "LRANGE" -> words.check(3..3) { range(this) }
            "EXPIRE" -> words.check(2..2) { expire(first(), get(1)) }
            "CONFIG" -> words.check(2..2) { if (first().uppercase() == "GET") listOf(get(1), "") else SYNTAX }
            "COMMAND" -> emptyList<String>()
            else -> Failure("ERR unknown command")
        }
    }

    private inline fun List<String>.check(counts: IntRange, command: List<String>.() -> Any?): Any? =
        if (size in counts) command() else Failure("ERR wrong number of arguments")

    /** Forgets the keys whose time has come. A command on one of them sees that by itself. */
    fun expire() = expirations.filterValues { it.hasPassedNow() }.keys.forEach { remove(it) }

    private fun value(key: String): Any? {
        if (expirations.isNotEmpty() && expirations[key]?.hasPassedNow() == true) {
            remove(key)
        }
        return values[key]
    }

    private fun string(key: String): Any? = value(key).let { if (it is ArrayDeque<*>) WRONG_TYPE else it }

    /** A new value stays until it is deleted. */
    private fun put(key: String, value: String) {
        values[key] = value
        expirations.remove(key)
    }

    private fun remove(key: String): Boolean {
        val expired = expirations.remove(key)?.hasPassedNow() == true
        return values.remove(key) != null && !expired
    }

    private fun set(words: List<String>): Any {
        val (key, value) = words
        val lifetime = if (words.size == 2) Duration.INFINITE else lifetime(words.drop(2)) ?: return SYNTAX
        put(key, value)
        expireAfter(key, lifetime)
        return OK
    }

    private fun lifetime(words: List<String>): Duration? {
        val count = words.getOrNull(1)?.toLongOrNull()?.takeIf { it > 0 } ?: return null
        return when (words.first().uppercase()) {
            "EX" -> count.seconds
            "PX" -> count.milliseconds
            else -> null
        }
    }

    private fun setAll(words: List<String>): Any {
        if (words.size % 2 != 0) return Failure("ERR wrong number of arguments")
        words.chunked(2).forEach { (key, value) -> put(key, value) }
        return OK
    }

    private fun increment(key: String): Any {
        val old = string(key) ?: "0"
        if (old is Failure) return old
        val number = old.toString().toLongOrNull()?.takeIf { it < Long.MAX_VALUE } ?: return NOT_A_NUMBER
        values[key] = (number + 1).toString() // and it expires as before
        return number + 1
    }

    private fun push(key: String, items: List<String>): Any {
        val old = value(key)
        if (old is String) return WRONG_TYPE
        @Suppress("UNCHECKED_CAST") // there are no other lists
        val list = old as ArrayDeque<String>? ?: ArrayDeque<String>().also { values[key] = it }
        items.forEach(list::addFirst)
        return list.size.toLong()
    }

    /** A copy: while a slow client gets it, others may change the list. */
    private fun range(words: List<String>): Any {
        val list = value(words[0]) ?: return emptyList<String>()
        if (list !is ArrayDeque<*>) return WRONG_TYPE
        val (first, last) = words.drop(1).map { it.toIntOrNull() ?: return NOT_A_NUMBER }
            .map { if (it < 0) it + list.size else it }
        val from = first.coerceAtLeast(0)
        val to = last.coerceAtMost(list.size - 1)
        return if (from > to) emptyList() else list.subList(from, to + 1).toList()
    }

    private fun expire(key: String, seconds: String): Any {
        val lifetime = seconds.toLongOrNull() ?: return NOT_A_NUMBER
        if (value(key) == null) return 0L
        expireAfter(key, lifetime.seconds)
        return 1L
    }

    private fun expireAfter(key: String, lifetime: Duration) {
        if (lifetime != Duration.INFINITE) expirations[key] = clock.markNow() + lifetime
    }
}
