package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.generated.Linux;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The generated numbers against a table of their own and the running kernel; see also {@link NativeConstantsTest}. */
class GeneratedLinuxTest {

    @Test
    void layoutsAreThoseOfTheKernelsInterface() {
        Map<String, Long> expected = new TreeMap<>();
        expected.put("SQE_BYTES", 64L);
        expected.put("SQE_OPCODE", 0L);
        expected.put("SQE_FLAGS", 1L);
        expected.put("SQE_IOPRIO", 2L);
        expected.put("SQE_FD", 4L);
        expected.put("SQE_OFF", 8L);
        expected.put("SQE_ADDR2", 8L);
        expected.put("SQE_ADDR", 16L);
        expected.put("SQE_LEN", 24L);
        expected.put("SQE_OP_FLAGS", 28L);
        expected.put("SQE_USER_DATA", 32L);
        expected.put("SQE_BUF_INDEX", 40L);
        expected.put("SQE_BUF_GROUP", 40L);
        expected.put("SQE_PERSONALITY", 42L);
        expected.put("SQE_FILE_INDEX", 44L);
        expected.put("SQE_ADDR_LEN", 44L);
        expected.put("SQE_ADDR3", 48L);
        expected.put("CQE_BYTES", 16L);
        expected.put("CQE_USER_DATA", 0L);
        expected.put("CQE_RES", 8L);
        expected.put("CQE_FLAGS", 12L);
        expected.put("PARAMS_BYTES", 120L);
        expected.put("PARAMS_FEATURES", 20L);
        expected.put("PARAMS_SQ_OFF_HEAD", 40L);
        expected.put("PARAMS_CQ_OFF_HEAD", 80L);
        expected.put("BUF_BYTES", 16L);
        expected.put("BUF_RING_TAIL", 14L);
        expected.put("BUF_REG_BYTES", 40L);
        expected.put("GETEVENTS_ARG_BYTES", 24L);
        expected.put("GETEVENTS_ARG_TS", 16L);
        expected.put("PROBE_OPS", 16L);
        expected.put("PROBE_OP_BYTES", 8L);
        expected.put("TIMESPEC_BYTES", 16L);
        expected.put("TIMESPEC_NSEC", 8L);
        expected.put("STATX_BYTES", 256L);
        expected.put("STATX_OFFSET_MODE", 28L);
        expected.put("IOVEC_BASE", 0L);
        expected.put("IOVEC_LEN", 8L);
        expected.put("IOVEC_BYTES", 16L);
        expected.put("POLLFD_EVENTS", 4L);
        expected.put("POLLFD_REVENTS", 6L);
        expected.put("POLLFD_BYTES", 8L);
        expected.put("SOCKADDR_IN_BYTES", 16L);
        expected.put("SOCKADDR_IN6_BYTES", 28L);
        expected.put("SOCKADDR_IN6_SCOPE_ID", 24L);
        expected.put("SOCKADDR_UN_BYTES", 110L);
        expected.put("SOCKADDR_STORAGE_BYTES", 128L);

        assertThat(generated()).containsAllEntriesOf(expected);
    }

    @Test
    void constantsAreThoseOfTheKernelsInterface() {
        Map<String, Long> expected = new TreeMap<>();
        expected.put("IORING_OP_NOP", 0L);
        expected.put("IORING_OP_ACCEPT", 13L);
        expected.put("IORING_OP_ASYNC_CANCEL", 14L);
        expected.put("IORING_OP_RECV", 27L);
        expected.put("IORING_OP_SOCKET", 45L);
        expected.put("IORING_OP_LISTEN", 57L);
        expected.put("IORING_SETUP_CQSIZE", 1L << 3);
        expected.put("IORING_SETUP_SINGLE_ISSUER", 1L << 12);
        expected.put("IORING_SETUP_DEFER_TASKRUN", 1L << 13);
        expected.put("IORING_ENTER_GETEVENTS", 1L);
        expected.put("IORING_ENTER_EXT_ARG", 8L);
        expected.put("IORING_REGISTER_PROBE", 8L);
        expected.put("IORING_REGISTER_PBUF_RING", 22L);
        expected.put("IORING_OFF_SQES", 0x10000000L);
        expected.put("IORING_CQE_F_MORE", 2L);
        expected.put("EPOLLIN", 1L);
        expected.put("EPOLLOUT", 4L);
        expected.put("EPOLLET", (long) (1 << 31));
        expected.put("EPOLLPRI", 2L);
        expected.put("POLLNVAL", 0x20L);
        expected.put("RWF_NOWAIT", 8L);
        expected.put("O_CLOEXEC", 0x80000L);
        expected.put("O_NONBLOCK", 0x800L);
        expected.put("AT_FDCWD", -100L);
        expected.put("SOCK_NONBLOCK", 0x800L);
        expected.put("SOL_SOCKET", 1L);
        expected.put("SO_ERROR", 4L);
        expected.put("MSG_NOSIGNAL", 0x4000L);
        expected.put("EAGAIN", 11L);
        expected.put("ECANCELED", 125L);

        assertThat(generated()).containsAllEntriesOf(expected);
    }

    /** One nop through a ring: every offset of the parameters, an entry and a completion that a ring needs. */
    @TestFactory
    DynamicTest theRunningKernelAgreesWithTheLayouts() {
        Sys sys = new LinuxSys();
        Pages scratch = Pages.map(sys, 4096);
        long params = scratch.address();
        int ring = sys.ioUringSetup(4, params);
        if (ring == -Errno.ENOSYS || ring == -Errno.EPERM || ring == -Errno.EACCES || ring == -Errno.ENOMEM) {
            scratch.close();
            return DynamicTest.dynamicTest("not run: io_uring_setup says " + Errno.name(-ring), () -> {});
        }
        return DynamicTest.dynamicTest("one nop through a ring", () -> {
            long token = 0x0123_4567_89ab_cdefL;
            assertThat(ring).isNotNegative();
            long sqEntries = Memory.getInt(params + PARAMS_SQ_ENTRIES());
            long cqEntries = Memory.getInt(params + PARAMS_CQ_ENTRIES());
            assertThat(sqEntries).isEqualTo(4);
            assertThat(cqEntries).isEqualTo(8);
            assertThat(Memory.getInt(params + PARAMS_FEATURES()) & IORING_FEAT_SINGLE_MMAP()).isNotZero();
            int array = Memory.getInt(params + PARAMS_SQ_OFF_ARRAY());
            int cqes = Memory.getInt(params + PARAMS_CQ_OFF_CQES());
            long ringBytes = Math.max(array + sqEntries * Integer.BYTES, cqes + cqEntries * CQE_BYTES());
            int protection = PROT_READ() | PROT_WRITE();
            long queues = sys.mmap(ringBytes, protection, MAP_SHARED() | MAP_POPULATE(), ring, IORING_OFF_SQ_RING());
            long sqes = sys.mmap(sqEntries * SQE_BYTES(), protection, MAP_SHARED(), ring, IORING_OFF_SQES());
            assertThat(queues).isPositive();
            assertThat(sqes).isPositive();
            assertThat(Memory.getInt(queues + Memory.getInt(params + PARAMS_SQ_OFF_RING_ENTRIES()))).isEqualTo(4);
            assertThat(Memory.getInt(queues + Memory.getInt(params + PARAMS_SQ_OFF_RING_MASK()))).isEqualTo(3);
            assertThat(Memory.getInt(queues + Memory.getInt(params + PARAMS_CQ_OFF_RING_ENTRIES()))).isEqualTo(8);
            assertThat(Memory.getInt(queues + Memory.getInt(params + PARAMS_CQ_OFF_RING_MASK()))).isEqualTo(7);

            Memory.putByte(sqes + SQE_OPCODE(), (byte) IORING_OP_NOP());
            Memory.putLong(sqes + SQE_USER_DATA(), token);
            Memory.putInt(queues + array, 0);
            Window shared = new Window(queues, ringBytes);
            shared.putIntRelease(Memory.getInt(params + PARAMS_SQ_OFF_TAIL()), 1);
            assertThat(sys.ioUringEnter(ring, 1, 1, IORING_ENTER_GETEVENTS(), 0, 0)).isEqualTo(1);

            assertThat(shared.getIntAcquire(Memory.getInt(params + PARAMS_SQ_OFF_HEAD()))).isEqualTo(1);
            assertThat(shared.getIntAcquire(Memory.getInt(params + PARAMS_CQ_OFF_TAIL()))).isEqualTo(1);
            assertThat(shared.getIntAcquire(Memory.getInt(params + PARAMS_CQ_OFF_HEAD()))).isZero();
            assertThat(Memory.getLong(queues + cqes + CQE_USER_DATA())).isEqualTo(token);
            assertThat(Memory.getInt(queues + cqes + CQE_RES())).isZero();

            assertThat(probedOperations(sys, ring, params)).isGreaterThan(IORING_OP_SOCKET());
            assertThat(sys.munmap(sqes, sqEntries * SQE_BYTES())).isZero();
            assertThat(sys.munmap(queues, ringBytes)).isZero();
            assertThat(sys.close(ring)).isZero();
            scratch.close();
        });
    }

    private static int probedOperations(Sys sys, int ring, long probe) {
        Memory.fill(probe, 4096, (byte) 0);
        assertThat(sys.ioUringRegister(ring, IORING_REGISTER_PROBE(), probe, 256)).isZero();
        long nop = probe + PROBE_OPS() + (long) IORING_OP_NOP() * PROBE_OP_BYTES();
        assertThat(Memory.getShort(nop + PROBE_OP_FLAGS()) & IO_URING_OP_SUPPORTED()).isNotZero();
        return Byte.toUnsignedInt(Memory.getByte(probe + PROBE_LAST_OP()));
    }

    /** Every generated number by its name. */
    static Map<String, Long> generated() {
        Map<String, Long> values = new TreeMap<>();
        for (Method method : Linux.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0) {
                try {
                    values.put(method.getName(), ((Number) method.invoke(null)).longValue());
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return values;
    }
}
