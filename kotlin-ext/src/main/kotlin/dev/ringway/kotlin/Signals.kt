package dev.ringway.kotlin

import dev.ringway.AsyncSignals
import dev.ringway.SignalInfo
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Receives one signal. See `man 2 signalfd`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout], [java.nio.channels.ReadPendingException] if
 * too many receives wait already or a [receiveFlow] is being collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * signal that came nevertheless is what the next receive gets.
 */
public suspend fun AsyncSignals.receive(timeout: Duration = Duration.INFINITE): SignalInfo =
    prepareReceive().within(timeout).await()

/**
 * Signals as a flow without end. See `man 2 signalfd`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [idleTimeout] without one.
 *
 * If the collection is cancelled or ends early, signals that have come and were not collected are what the next receive
 * gets.
 *
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun AsyncSignals.receiveFlow(idleTimeout: Duration = Duration.INFINITE): Flow<SignalInfo> =
    IterationFlow(idleTimeout) { prepareReceiveEach() }
