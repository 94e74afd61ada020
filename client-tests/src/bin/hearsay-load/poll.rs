//! Who is ready: one epoll for all connections of a load, and a timer that wakes it in time for the next line.
//!
//! Edge-triggered: who is ready is told once and must be read until there is no more.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

/// How many are told of at a time.
const EVENTS_MAX: usize = 1024;
/// The timer among the connections, which are numbered from zero.
const TIMER: u64 = u64::MAX;

/// The connections of a load and its timer.
pub(crate) struct Poll {
    epoll: OwnedFd,
    timer: OwnedFd,
    events: Vec<epoll::Event>,
}

impl Poll {
    pub(crate) fn new() -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), EventFlags::IN)?;
        Ok(Self { epoll, timer, events: Vec::with_capacity(EVENTS_MAX) })
    }

    pub(crate) fn add(&self, connection: impl AsFd, number: u32) -> io::Result<()> {
        let data = EventData::new_u64(u64::from(number));
        Ok(epoll::add(&self.epoll, connection, data, EventFlags::IN | EventFlags::ET)?)
    }

    pub(crate) fn remove(&self, connection: impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, connection)?)
    }

    /// From now on, wakes at least so often.
    pub(crate) fn wake_every(&self, every: Duration) -> io::Result<()> {
        let every = timespec(every);
        let spec = Itimerspec { it_interval: every, it_value: every };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &spec)?;
        Ok(())
    }

    /// Waits until someone is ready, the timer wakes it or so much time has gone by, and puts who is ready into a list.
    pub(crate) fn wait(&mut self, at_most: Duration, ready: &mut Vec<u32>) -> io::Result<()> {
        ready.clear();
        let events = spare_capacity(&mut self.events);
        match epoll::wait(&self.epoll, events, Some(&timespec(at_most))) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in self.events.drain(..) {
            match u32::try_from(event.data.u64()) {
                Ok(number) => ready.push(number),
                Err(_) => {
                    // What it says is how often it woke; what is due, the clock tells.
                    let _ = rustix::io::read(&self.timer, &mut [0; 8]);
                }
            }
        }
        Ok(())
    }
}

fn timespec(duration: Duration) -> Timespec {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec: seconds, tv_nsec: i64::from(duration.subsec_nanos()) }
}
