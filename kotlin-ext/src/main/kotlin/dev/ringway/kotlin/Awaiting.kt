package dev.ringway.kotlin

import dev.ringway.AsyncCloseable
import dev.ringway.Completion
import dev.ringway.IntCompletion
import dev.ringway.IntOperation
import dev.ringway.Operation
import java.io.IOException
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive

/**
 * A suspended call. The life of one:
 *
 * 1. A coroutine calls a door. If its Job has been cancelled already the door throws, and nothing reaches the kernel.
 * 2. *Begin.* An Awaiting keeps the continuation of the coroutine, is listed with the Job, and starts the work, whose
 *    completion it is. The coroutine is suspended.
 * 3. If the Job is cancelled meanwhile, the work is asked to end. Nobody is resumed by that: the kernel may still write
 *    to the buffer.
 * 4. *Complete*, on the polling thread. The outcome is kept, and the coroutine's dispatcher is asked to resume; what it
 *    has intercepted is the Awaiting and not the coroutine.
 * 5. *Verdict*, where the dispatcher runs the coroutine. No earlier is it known whether the Job stayed active to the
 *    end. If not, a value that arrived nevertheless is disposed of, and the coroutine gets the CancellationException,
 *    else the outcome.
 *
 * So a Job never completes while the kernel has something of its coroutine, and whatever waits for the Job waits for
 * the kernel: join, coroutineScope, withTimeout.
 *
 * [AwaitingOnRing] is for coroutines that run on the thread of their own dispatcher's ring, [AwaitingAnywhere] for all
 * others.
 */
internal abstract class Awaiting(final override val context: CoroutineContext, protected val job: Job?) :
    Continuation<Any?>, CoroutineStackFrame, IntCompletion, Completion<Any?> {
    private var caller: Continuation<Any?>? = null
    private var work: Any? = null
    private var value: Any? = null
    private var failure: Throwable? = null
    private var isUnit = false

    /** It is about to start: it has to learn of the end of the Job. */
    protected abstract fun enter()

    /** It has started. Its completion may have come already, if the work belongs to another thread. */
    protected open fun entered() {}

    /** It has completed: the end of the Job is no concern of it any more. */
    protected abstract fun leave()

    /** Has the dispatcher call [resumeWith]. */
    protected abstract fun dispatch()

    /** Steps 2. What the start throws goes to the caller. */
    fun begin(work: Any, caller: Continuation<*>, isUnit: Boolean): Any? {
        @Suppress("UNCHECKED_CAST") // the caller expects what the work produces
        this.caller = caller as Continuation<Any?>
        this.work = work
        this.isUnit = isUnit
        enter()
        var started = false
        try {
            when (work) {
                is IntOperation -> work.start(this)
                is Operation<*> -> work.start(this)
                is Items<*> -> if (!work.ask(this)) {
                    return work.end(caller)
                }
            }
            started = true
        } finally {
            if (!started) {
                clear()
                leave()
            }
        }
        entered()
        return COROUTINE_SUSPENDED
    }

    /** Step 3, on any thread that can see the work. What has completed is not affected. */
    protected fun cancelWork() {
        when (val work = work) {
            is IntOperation -> work.cancel()
            is Operation<*> -> work.cancel()
            is Items<*> -> work.cancel()
        }
    }

    final override fun complete(count: Int, failure: Throwable?) {
        value = if (failure == null) count else null
        this.failure = failure
        dispatch()
    }

    final override fun complete(result: Any?, failure: Throwable?) {
        value = result
        this.failure = failure
        dispatch()
    }

    /** Step 5. */
    final override fun resumeWith(result: Result<Any?>) {
        val caller = caller!!
        val work = work
        val value = value
        val failure = failure
        clear()
        leave()
        val job = job
        if (job != null && !job.isActive) {
            if (failure == null) {
                dispose(work, value)
            }
            caller.resumeWithException(cancellationOf(job))
        } else if (failure != null) {
            caller.resumeWithException(forCoroutine(failure, caller))
        } else {
            caller.resume(if (isUnit) Unit else value)
        }
    }

    private fun clear() {
        caller = null
        work = null
        value = null
        failure = null
    }

    final override val callerFrame: CoroutineStackFrame? get() = caller as? CoroutineStackFrame

    final override fun getStackTraceElement(): StackTraceElement? = null
}

private fun dispose(work: Any?, value: Any?) {
    if (work is Items<*>) {
        work.putBack(value)
    } else if (value is AsyncCloseable) {
        try {
            value.prepareClose().start { _, _ -> } // close() would wait where this is not the polling thread
        } catch (_: RejectedExecutionException) {
            value.close()
        }
    } else if (work is Operation<*> && value != null) {
        @Suppress("UNCHECKED_CAST") // it came from there
        (work as Operation<Any>).putBack(value)
    }
}

private fun cancellationOf(job: Job): Throwable = try {
    job.ensureActive()
    throw AssertionError("$job is active again")
} catch (cancelled: CancellationException) {
    cancelled
}

/** The failure with the suspended calls that led to it. */
internal fun forCoroutine(failure: Throwable, caller: Continuation<*>): Throwable {
    // A CancellationException would end a coroutine whose Job is active without a word.
    val told = if (failure is CancellationException) IOException(failure.message, failure) else failure
    val frames = generateSequence(caller as? CoroutineStackFrame) { it.callerFrame }
        .mapNotNull { it.getStackTraceElement() }
        .toList()
    told.stackTrace += frames
    return told
}
