package dev.ringway;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.op.Allocator;
import dev.ringway.internal.op.RegisteredMemory;
import dev.ringway.internal.op.Store;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Native memory for operations: bytes are appended at its end and consumed from its front.
///
/// A receive appends, a send consumes, and so do [#put] and [#get]; there is nothing to flip. [#clear()] empties it,
/// [#compact()] makes room by moving what is left to the front.
///
/// While an operation is in flight the buffer belongs to it, since the kernel may write at any moment: every access
/// then throws [IllegalStateException], and [#release()] takes effect when the operation ends. Whatever the outcome,
/// the buffer comes back. It is not safe for use by several threads at once; hand it over with the usual means.
///
/// A count or an index that is out of range throws [IndexOutOfBoundsException], and nothing has changed then.
///
/// Buffers come from [Ring#buffer] and [Ring#registeredBuffers], or, as leases of a [BufPool], from a receive. One that
/// is not released keeps its memory; when the `Buf` becomes unreachable its pool cannot lend that part again.
public final class Buf implements AutoCloseable {
    private static final int USABLE = 0;
    private static final int LENT = 1;
    private static final int LENT_TO_BE_RELEASED = 2;
    private static final int RELEASED = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Buf.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final long address;
    private final int capacity;
    private final @Nullable Store store;
    @SuppressWarnings("unused") // keeps the memory mapped for as long as this buffer can be reached
    private final Object keptAlive;

    private int start;
    private int end;
    private int state = USABLE;
    private @Nullable String borrower;

    /// @param content bytes that it holds already
    Buf(long address, int capacity, int content, @Nullable Store store, Object keptAlive) {
        this.address = address;
        this.capacity = capacity;
        this.end = content;
        this.store = store;
        this.keptAlive = keptAlive;
    }

    /// Makes an empty buffer.
    ///
    /// @throws IllegalArgumentException if the capacity is less than 1
    static Buf allocate(Allocator memory, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("buffer: a capacity of " + capacity + " bytes; it must be at least 1");
        }
        return new Buf(memory.allocate(capacity), capacity, 0, memory, memory);
    }

    /// Makes empty buffers of memory that its ring registers.
    static List<Buf> registered(RegisteredMemory memory) {
        return IntStream.range(0, memory.count())
                .mapToObj(id -> new Buf(memory.address(id), memory.size(), 0, memory, memory))
                .toList();
    }

    /// Makes a buffer of the memory of a direct `ByteBuffer`, without copying: its content is what lies between
    /// position and limit, its capacity ends at the `ByteBuffer`'s.
    ///
    /// Only for memory that nothing can free or unmap while this buffer is in use: that of [ByteBuffer#allocateDirect],
    /// not one behind an `Arena` that somebody closes or a mapping that somebody unmaps.
    ///
    /// @throws IllegalArgumentException if it is not direct, or read-only
    public static Buf adopt(ByteBuffer memory) {
        if (!memory.isDirect() || memory.isReadOnly()) {
            throw new IllegalArgumentException(
                    "adopt: " + memory + " is not a writable direct buffer; copy it with Ring.bufferOf");
        }
        int position = memory.position();
        ByteBuffer rest = memory.duplicate().limit(memory.capacity()).slice();
        long address = MemorySegment.ofBuffer(rest).address();
        return new Buf(address, rest.capacity(), memory.limit() - position, null, memory);
    }

    // ---- how much

    /// Bytes that it can hold at most.
    public int capacity() {
        return capacity;
    }

    /// Bytes that it holds: what a send would send.
    ///
    /// @throws IllegalStateException while it is lent, or after its release
    public int readable() {
        check();
        return end - start;
    }

    /// Bytes that can be appended: what a receive may receive.
    ///
    /// @throws IllegalStateException while it is lent, or after its release
    public int writable() {
        check();
        return capacity - end;
    }

    /// Whether an operation has it at the moment.
    public boolean isLent() {
        int now = (int) STATE.getAcquire(this);
        return now == LENT || now == LENT_TO_BE_RELEASED;
    }

    /// Forgets the content, so that the whole capacity can be written.
    public Buf clear() {
        check();
        start = 0;
        end = 0;
        return this;
    }

    /// Moves the content to the front, so that all free capacity is at the end.
    public Buf compact() {
        check();
        if (start > 0) {
            Memory.copy(address + start, address, end - start);
            end -= start;
            start = 0;
        }
        return this;
    }

    /// Consumes bytes without looking at them.
    ///
    /// @param count 0 to [#readable()]
    public Buf skip(int count) {
        check();
        Objects.checkFromIndexSize(0, count, end - start);
        start += count;
        return this;
    }

    /// Drops bytes from the end, so that so many are left; has no effect if there are not more.
    ///
    /// @param count not negative
    public Buf truncate(int count) {
        check();
        if (count < 0) {
            throw new IndexOutOfBoundsException("truncate: " + count + " bytes");
        }
        end = Math.min(end, start + count);
        return this;
    }

    /// Takes bytes out of the content: what is behind them moves up, and the room is at the end. At the front
    /// [#skip] does that without moving anything, but leaves the room where it is.
    ///
    /// @param from the first of them, from the front, 0 to `to`
    /// @param to   behind the last of them, at most [#readable()]
    public Buf remove(int from, int to) {
        check();
        Objects.checkFromToIndex(from, to, end - start);
        Memory.copy(address + start + to, address + start + from, end - start - to);
        end -= to - from;
        return this;
    }

    // ---- bytes in

    /// Appends one byte.
    ///
    /// @throws java.nio.BufferOverflowException if there is no room; nothing is written then
    public Buf put(byte value) {
        Memory.putByte(room(1), value);
        end++;
        return this;
    }

    /// Appends an array.
    ///
    /// @throws java.nio.BufferOverflowException if there is no room; nothing is written then
    public Buf put(byte[] bytes) {
        return put(bytes, 0, bytes.length);
    }

    /// Appends a part of an array.
    ///
    /// @param offset of its first byte, from 0
    /// @param length in bytes
    /// @throws java.nio.BufferOverflowException if there is no room; nothing is written then
    public Buf put(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        Memory.copy(bytes, offset, room(length), length);
        end += length;
        return this;
    }

    /// Appends, and consumes, what the `ByteBuffer` has remaining.
    ///
    /// @throws java.nio.BufferOverflowException if there is no room; nothing is written then
    public Buf put(ByteBuffer bytes) {
        int length = bytes.remaining();
        Memory.copy(bytes, room(length));
        end += length;
        return this;
    }

    /// Appends text in UTF-8.
    ///
    /// @throws java.nio.BufferOverflowException if there is no room; nothing is written then
    public Buf put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    private long room(int length) {
        check();
        if (length > capacity - end) {
            throw new BufferOverflowException();
        }
        return address + end;
    }

    // ---- bytes out

    /// Consumes one byte.
    ///
    /// @throws java.nio.BufferUnderflowException if there is none
    public byte get() {
        byte value = Memory.getByte(content(1));
        start++;
        return value;
    }

    /// Looks at one byte without consuming it.
    ///
    /// @param index from the front, 0 to [#readable()] - 1
    public byte peek(int index) {
        check();
        return Memory.getByte(address + start + Objects.checkIndex(index, end - start));
    }

    /// Consumes bytes into the whole of an array.
    ///
    /// @throws java.nio.BufferUnderflowException if there are fewer; nothing is consumed then
    public Buf get(byte[] bytes) {
        return get(bytes, 0, bytes.length);
    }

    /// Consumes bytes into a part of an array.
    ///
    /// @param offset of its first byte, from 0
    /// @param length in bytes
    /// @throws java.nio.BufferUnderflowException if there are fewer; nothing is consumed then
    public Buf get(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        Memory.copy(content(length), bytes, offset, length);
        start += length;
        return this;
    }

    /// Consumes bytes until the `ByteBuffer` is full or this one is empty.
    public Buf get(ByteBuffer bytes) {
        check();
        int length = Math.min(bytes.remaining(), end - start);
        Memory.copy(address + start, bytes, length);
        start += length;
        return this;
    }

    /// Consumes everything into a new array.
    public byte[] getAll() {
        byte[] bytes = new byte[readable()];
        get(bytes);
        return bytes;
    }

    /// Consumes everything as text; bytes that are none in this charset become its replacement character.
    public String getText(Charset charset) {
        return new String(getAll(), charset);
    }

    private long content(int length) {
        check();
        if (length > end - start) {
            throw new BufferUnderflowException();
        }
        return address + start;
    }

    // ---- whose it is

    /// Gives the memory back; from then on every access throws. While an operation is in flight it takes effect when
    /// that ends. May be called from any thread.
    ///
    /// @throws IllegalStateException if it has been released already
    public void release() {
        if (!releaseOnce()) {
            throw new IllegalStateException("release: the buffer has been released already");
        }
    }

    /// @return false if it has been released already
    private boolean releaseOnce() {
        while (true) {
            switch ((int) STATE.getAcquire(this)) {
                case USABLE -> {
                    if (STATE.compareAndSet(this, USABLE, RELEASED)) {
                        free();
                        return true;
                    }
                }
                case LENT -> {
                    if (STATE.compareAndSet(this, LENT, LENT_TO_BE_RELEASED)) {
                        return true;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /// Releases it, unless that has happened already.
    @Override
    public void close() {
        releaseOnce();
    }

    private void free() {
        if (store != null) {
            store.free(address, capacity);
        }
    }

    private void check() {
        if (state != USABLE) {
            throw unusable("access");
        }
    }

    private IllegalStateException unusable(String call) {
        int now = (int) STATE.getAcquire(this);
        return new IllegalStateException(call + ": the buffer "
                + (now == RELEASED || now == LENT_TO_BE_RELEASED
                        ? "has been released"
                        : "is lent to " + borrower + "; wait for its completion"));
    }

    void lend(String call) {
        if (!STATE.compareAndSet(this, USABLE, LENT)) {
            throw unusable(call);
        }
        borrower = call;
    }

    void giveBack(int filled, int consumed) {
        end += filled;
        start += consumed;
        if (!STATE.compareAndSet(this, LENT, USABLE)) {
            STATE.setRelease(this, RELEASED);
            free();
        }
    }

    @Nullable Store store() {
        return store;
    }

    long address() {
        return address;
    }

    long readAddress() {
        return address + start;
    }

    long writeAddress() {
        return address + end;
    }

    int room() {
        return capacity - end;
    }

    int content() {
        return end - start;
    }

    /// How much it holds and whose it is, for logs; never its content.
    @Override
    public String toString() {
        String whose = switch ((int) STATE.getAcquire(this)) {
            case USABLE -> "usable";
            case LENT, LENT_TO_BE_RELEASED -> "lent to " + borrower;
            default -> "released";
        };
        return "Buf[" + (end - start) + " of " + capacity + " bytes, " + whose + "]";
    }

    /// How memory will be used. See [Ring#advise], `man 2 madvise`.
    ///
    /// The first six are for every system, the others Linux's own. What would take the memory away from under its
    /// buffer (REMOVE, HWPOISON, SOFT_OFFLINE, GUARD_INSTALL) is not offered, nor is whether children inherit it
    /// (DONTFORK, DOFORK), which Ringway decides itself.
    public enum Advice {
        /// Nothing special.
        NORMAL,
        /// Here and there.
        RANDOM,
        /// From front to back.
        SEQUENTIAL,
        /// Soon.
        WILL_NEED,
        /// The content may go: on Linux it is zeros from then on. Not for [Ring#registeredBuffers].
        DONT_NEED,
        /// The content may go when memory is short, unless it is written before. Not for [Ring#registeredBuffers].
        FREE,
        /// Not soon: to be taken first when memory is short.
        COLD,
        /// Not soon: to be taken now.
        PAGE_OUT,
        /// Makes the pages be there for reading, now.
        POPULATE_READ,
        /// Makes the pages be there for writing, now.
        POPULATE_WRITE,
        /// Use large pages.
        HUGE_PAGE,
        /// Use no large pages.
        NO_HUGE_PAGE,
        /// Pages with the same content may be shared.
        MERGEABLE,
        /// Undoes [#MERGEABLE].
        UNMERGEABLE,
        /// Leave it out of core dumps: for secrets.
        DONT_DUMP,
        /// Undoes [#DONT_DUMP].
        DO_DUMP,
        /// Children get zeros: for secrets.
        WIPE_ON_FORK,
        /// Undoes [#WIPE_ON_FORK].
        KEEP_ON_FORK
    }
}
