package dev.ringway.internal.op;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Buffers in one piece of memory that a ring may register with the kernel; aligned as direct I/O wants it.
///
/// Registering is the driver's business, and what it gains: the kernel looks the pages up once and not with every
/// transfer. The memory is registered for as long as one of the buffers has not been released. One that an operation
/// has is released only when that has ended, so that the index is not given away under an operation in flight. A
/// driver that registers nothing, one that could not, and another ring use the buffers as they use others.
public final class RegisteredMemory implements Store {
    /// What the kernel takes as one buffer.
    public static final long MOST_BYTES = 1 << 30;

    private static final int UNREGISTERED = -1;
    /// No block device asks for more.
    private static final int ALIGNMENT = 4096;
    private static final VarHandle UNRELEASED;

    static {
        try {
            UNRELEASED = MethodHandles.lookup().findVarHandle(RegisteredMemory.class, "unreleased", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Driver driver;
    private final int count;
    private final int size;
    private final MemorySegment memory;
    private volatile int unreleased;
    private int index = UNREGISTERED;

    /// @param count number of buffers
    /// @param size  bytes of each
    public RegisteredMemory(Driver driver, int count, int size) {
        this.driver = driver;
        this.count = count;
        this.size = size;
        this.unreleased = count;
        this.memory = Arena.ofAuto().allocate(bytes(count, size), ALIGNMENT);
    }

    /// Memory for so many buffers.
    public static long bytes(int count, int size) {
        return count * stride(size);
    }

    private static long stride(int size) {
        return ((long) size + ALIGNMENT - 1) & -ALIGNMENT;
    }

    public int count() {
        return count;
    }

    /// Bytes of one buffer.
    public int size() {
        return size;
    }

    /// Where it begins.
    public long address() {
        return memory.address();
    }

    public long bytes() {
        return memory.byteSize();
    }

    /// Where a buffer begins.
    public long address(int id) {
        return memory.address() + id * stride(size);
    }

    /// Owner: it has been registered.
    public void registered(int newIndex) {
        index = newIndex;
    }

    /// Owner: its index among the ring's registered buffers, or -1.
    public int index() {
        return index;
    }

    /// Owner: what an operation of this loop may call it by: its index, or -1.
    public int indexFor(Driver user) {
        return user == driver ? index : UNREGISTERED;
    }

    /// Any thread: whether no buffer is left.
    public boolean isReleased() {
        return unreleased == 0;
    }

    /// Any thread: a buffer has been released.
    @Override
    public void free(long address, int capacity) {
        if ((int) UNRELEASED.getAndAdd(this, -1) == 1) {
            driver.post(new Task() {
                @Override
                public void run() {
                    driver.unregister(RegisteredMemory.this);
                }
            });
        }
    }
}
