package io.eventbus.memory;

/** Something a transport tells the broker through its link. Lost if the link is cut before it is applied. */
interface Request {

    /** Takes effect at the broker; called under its lock. */
    void apply();
}
