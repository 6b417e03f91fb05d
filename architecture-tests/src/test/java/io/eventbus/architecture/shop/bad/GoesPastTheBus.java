package io.eventbus.architecture.shop.bad;

import io.eventbus.api.spi.Transport;

/** Uses a transport itself. */
record GoesPastTheBus(Transport transport) {}
