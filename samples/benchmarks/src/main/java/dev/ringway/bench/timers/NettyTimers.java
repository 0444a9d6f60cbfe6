package dev.ringway.bench.timers;

import dev.ringway.bench.ServerFailedException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// What a Netty event loop has for its own thread, which arms and cancels here: a heap.
final class NettyTimers implements TimerProgram.Timers {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Future<?>[] timers = new Future<?>[Plan.COUNT];
    private final Runnable nothing = () -> {};
    private int armed;

    @Override
    public String details() {
        return "";
    }

    @Override
    public void arm(Plan plan) throws Exception {
        onLoop(() -> {
            for (int i = 0; i < timers.length; i++) {
                timers[i] = loop.schedule(nothing, plan.delays()[i].toNanos(), TimeUnit.NANOSECONDS);
                armed++;
            }
            return armed;
        });
    }

    @Override
    public void cancel(Plan plan) throws Exception {
        onLoop(() -> {
            for (int i : plan.order()) {
                if (!timers[i].cancel(false)) {
                    throw new ServerFailedException("a timer has passed");
                }
                armed--;
            }
            return armed;
        });
    }

    private void onLoop(Callable<Integer> work) throws InterruptedException, ExecutionException {
        loop.submit(work).get();
    }

    @Override
    public int armed() {
        return armed;
    }

    @Override
    public void close() {
        group.shutdownGracefully();
    }
}
