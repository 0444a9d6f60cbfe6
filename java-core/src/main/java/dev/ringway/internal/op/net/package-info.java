/// Operations on sockets.
@NullMarked
package dev.ringway.internal.op.net;

import org.jspecify.annotations.NullMarked;
