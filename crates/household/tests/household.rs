//! The memory of one home, through its public face.

mod household {
    mod clock;
    mod damage;
    mod devices;
    mod home;
    mod plan;
    mod slices;
    mod torture;
    mod whole;
}
