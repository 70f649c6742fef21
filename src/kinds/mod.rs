//! The crafts: what each kind of file is read and printed with. Text in, text out; none knows another.

mod js;
