package dev.ringway.kotlin.storm

import java.util.EnumMap

/** What is started. */
enum class Kind { ACCEPT, ACCEPT_FLOW, OPEN, OPEN_FIFO, RECEIVE, RECEIVE_FLOW }

/** What makes it end early. */
enum class Way { WITH_TIMEOUT, OWN_TIMEOUT }

/** How it ended. */
enum class Outcome {
    /** With a value, in time. */
    VALUE,

    /** Without a value. */
    CANCELLED,

    /**
     * With a value that had won: the coroutine was cancelled by then and never saw it, or the limit had passed and the
     * coroutine got it all the same.
     */
    VALUE_AFTER_CANCEL,
}

/** Counts outcomes. On the polling thread. */
class Tally {
    private val counts = EnumMap<Kind, Array<LongArray>>(Kind::class.java)

    fun count(kind: Kind, way: Way, outcome: Outcome) {
        val ways = counts.getOrPut(kind) { Array(Way.entries.size) { LongArray(Outcome.entries.size) } }
        ways[way.ordinal][outcome.ordinal]++
    }

    fun get(kind: Kind, outcome: Outcome): Long = counts[kind]?.sumOf { it[outcome.ordinal] } ?: 0

    fun ended(kind: Kind, way: Way): Long = counts[kind]?.get(way.ordinal)?.sum() ?: 0

    fun ended(kind: Kind): Long = Outcome.entries.sumOf { get(kind, it) }

    /** One line a kind and way. */
    fun table(title: String): String = buildString {
        appendLine(title)
        appendLine(ROW.format("kind", "by", "value", "cancelled", "value after cancel"))
        for ((kind, ways) in counts) {
            for (way in Way.entries) {
                val (value, cancelled, late) = ways[way.ordinal].toList()
                appendLine(ROW.format(kind, way, value, cancelled, late))
            }
        }
    }

    private companion object {
        const val ROW = "%-13s %-13s %10s %10s %20s"
    }
}
