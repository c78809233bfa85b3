//! The console program.

fn main() {
    sluicegate_web::mount();
}
