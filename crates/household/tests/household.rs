//! The memory of one home, through its public face.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod household {
    mod clock;
    mod damage;
    mod devices;
    mod home;
    mod plan;
    mod slices;
    mod torture;
    mod whole;
    mod year;
}
