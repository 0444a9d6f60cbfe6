package dev.ringway.kotlin

import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher

/** Runs what was dispatched only when it is told to, so that something can happen before. */
class HeldDispatcher : CoroutineDispatcher() {
    private val blocks = ConcurrentLinkedQueue<Runnable>()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        blocks.add(block)
    }

    fun isEmpty(): Boolean = blocks.isEmpty()

    fun release(): Unit = generateSequence(blocks::poll).forEach(Runnable::run)
}
