package dev.ringway.internal.op;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// The memory of a pool of receive buffers, and who has which part of it.
///
/// A buffer is either free, which means that the backend may fill it, or leased, which means that one [Buf] stands for
/// it. Taking and giving back happen on the polling thread; a lease that is released elsewhere comes back through the
/// inbox. Iterations that found the pool empty wait here and go on when a lease comes back.
public abstract class PoolMemory implements Store {
    protected final Driver driver;
    private final int count;
    private final int size;
    private final MemorySegment memory;
    private final long base;
    private final boolean[] leased;
    private int leases;
    private final ArrayDeque<Op> waiting = new ArrayDeque<>();
    private boolean passing;
    private final Task pass = new Task() {
        @Override
        public void run() {
            pass();
        }
    };

    /// @param count number of buffers
    /// @param size  bytes of each
    protected PoolMemory(Driver driver, int count, int size) {
        this.driver = driver;
        this.count = count;
        this.size = size;
        this.memory = Arena.ofAuto().allocate((long) count * size, 4096);
        this.base = memory.address();
        this.leased = new boolean[count];
    }

    /// The group by which the kernel picks a buffer itself, or -1 if it cannot and [#take()] has to.
    public abstract int group();

    /// Owner: takes a free buffer for a call about to be made; -1 if there is none.
    public abstract int take();

    /// Owner: gives a buffer back to those that may be filled.
    protected abstract void put(int id);

    /// Owner: a buffer is not with the backend any more.
    ///
    /// @return false if it was not there, so that it cannot have been filled
    protected boolean picked(int id) {
        return true;
    }

    /// Owner: the backend had none left.
    ///
    /// @return whether it only had too few of those that are free
    protected boolean offerMore() {
        return false;
    }

    /// Which buffer the kernel has picked, as it says in a completion's flags; `none` if it has not.
    public static int pickedIn(int flags, int none) {
        return (flags & Linux.IORING_CQE_F_BUFFER()) == 0 ? none : flags >>> Linux.IORING_CQE_BUFFER_SHIFT();
    }

    /// What the kernel would say if it had picked that buffer; nothing for -1.
    public static int flagsOf(int id) {
        return id < 0 ? 0 : Linux.IORING_CQE_F_BUFFER() | id << Linux.IORING_CQE_BUFFER_SHIFT();
    }

    /// This pool, if it belongs to the handle's ring.
    ///
    /// @throws IllegalArgumentException if it belongs to another one
    public final PoolMemory of(Handle handle, String call) {
        if (driver != handle.driver) {
            throw new IllegalArgumentException(call + " on " + handle + ": the pool belongs to another ring, "
                    + driver.ringName() + "; use one of " + handle.driver.ringName());
        }
        return this;
    }

    public final int count() {
        return count;
    }

    /// Bytes of one buffer.
    public final int size() {
        return size;
    }

    public final long address(int id) {
        return base + (long) id * size;
    }

    /// What keeps the memory mapped.
    public final MemorySegment memory() {
        return memory;
    }

    /// Owner: how many buffers users have.
    public final int leases() {
        return leases;
    }

    /// Owner: a filled buffer becomes a lease. What the kernel says is checked here.
    ///
    /// @throws IllegalStateException if the kernel named a buffer that it cannot have filled
    public final Buf lease(int id, int length) {
        if (id < 0 || id >= count || length > size || leased[id] || !picked(id)) {
            throw new IllegalStateException(driver.ringName() + ": the kernel says that it has filled buffer " + id
                    + " with " + length + " bytes, but of " + count + " buffers of " + size + " that one was not free");
        }
        leased[id] = true;
        leases++;
        return Access.api().lease(this, id, length);
    }

    /// Owner: a buffer that was taken or picked was not filled after all.
    public final void putBack(int id) {
        if (id >= 0 && id < count && !leased[id] && picked(id)) {
            put(id);
            passOn();
        }
    }

    /// Any thread: a lease ends.
    @Override
    public final void free(long address, int capacity) {
        int id = (int) ((address - base) / size);
        if (driver.onOwner()) {
            released(id);
        } else {
            driver.post(new Task() {
                @Override
                public void run() {
                    released(id);
                }
            });
        }
    }

    private void released(int id) {
        leased[id] = false;
        leases--;
        put(id);
        passOn();
    }

    /// Owner: a buffer is free, or a waiting operation has ended without taking one: the next one tries.
    public final void passOn() {
        if (!passing && !waiting.isEmpty() && leases < count) {
            passing = true;
            driver.later(pass);
        }
    }

    private void pass() {
        passing = false;
        for (int free = count - leases; free > 0; ) {
            Op next = waiting.pollFirst();
            if (next == null) {
                return;
            }
            if (driver.resume(next)) {
                free--;
            }
        }
        passOn(); // who was resumed without having data took none: the next ones may
    }

    /// Owner: the operation goes on when a buffer comes back.
    public final void await(Op op) {
        if (!offerMore()) {
            driver.poolExhausted();
        }
        waiting.addLast(op);
        passOn(); // what it did not find may have come back since
    }

    /// Owner: whether the operation waits for a buffer.
    public final boolean isAwaitedBy(Op op) {
        return waiting.contains(op);
    }

    /// Owner: the operation waits no longer.
    public final void forget(Op op) {
        waiting.remove(op);
    }
}
