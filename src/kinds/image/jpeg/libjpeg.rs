//! The two calls of mozjpeg that the rest needs, safe to call with any bytes. All `unsafe` of JPEG is here.
//!
//! What holds everywhere below:
//! - libjpeg reports an error by calling `error_exit`, which must not return. Ours unwinds, and [`catch`] around each whole job
//!   stops it. The C code is compiled with `-fexceptions` (feature `unwinding`), so unwinding through it is defined.
//! - A `Reader` or `Writer` is boxed, because libjpeg's objects keep pointers into each other; it is never moved out of its box, and
//!   `Drop` gives libjpeg its memory back exactly once, on unwinding too.
//! - Input is borrowed for as long as its `Reader` lives. Output goes through our own destination manager into a `Vec`:
//!   libjpeg's own one frees a buffer twice when an error comes after it grew.
#![expect(unsafe_code, reason = "libjpeg is written in C; see above for why each call is sound")]

use std::ffi::c_int;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use mozjpeg_sys::*;

const FALSE: boolean = 0;
const TRUE: boolean = 1;

/// The picture of `jpeg`, coded anew, with these markers (code and payload) and no other metadata.
///
/// An error when libjpeg finds fault with any of it: what it only warns about counts, for it then made something up.
pub fn recode(jpeg: &[u8], markers: &[(u8, Vec<u8>)]) -> Result<Vec<u8>, String> {
    catch(|| {
        let mut reader = Reader::open(jpeg);
        let coefficients = reader.read_coefficients();
        let mut writer = Writer::create();
        let bytes = writer.write(&mut reader, coefficients, markers);
        reader.finish();
        match reader.errors.num_warnings + writer.errors.num_warnings {
            0 => Ok(bytes),
            _ => Err("parts of it are cut off or damaged".to_owned()),
        }
    })
}

/// Whether two pictures are made of the same components, tables and quantised coefficients, so that every decoder makes the same
/// pixels of both.
pub fn have_equal_coefficients(left: &[u8], right: &[u8]) -> Result<bool, String> {
    catch(|| {
        let (mut left, mut right) = (Reader::open(left), Reader::open(right));
        let (of_left, of_right) = (left.read_coefficients(), right.read_coefficients());
        if left.frame() != right.frame() {
            return Ok(false);
        }
        for component in 0..left.components().len() {
            for row in 0..left.components()[component].height_in_blocks {
                if left.row(of_left, component, row) != right.row(of_right, component, row) {
                    return Ok(false);
                }
            }
        }
        Ok(left.errors.num_warnings == 0 && right.errors.num_warnings == 0)
    })
}

/// Runs a job; libjpeg's errors become words.
fn catch<T>(job: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Whatever the job made is dropped while it unwinds: nothing half done is seen afterwards.
    match catch_unwind(AssertUnwindSafe(job)) {
        Ok(result) => result,
        Err(payload) => match payload.downcast::<Fault>() {
            Ok(fault) => Err(fault.0),
            Err(payload) => resume_unwind(payload),
        },
    }
}

/// An error of libjpeg on its way up.
struct Fault(String);

unsafe extern "C-unwind" fn error_exit(common: &mut jpeg_common_struct) {
    /// As C declares it: the binding takes a shared reference to what is written to.
    type FormatMessage = unsafe extern "C-unwind" fn(*mut jpeg_common_struct, *mut u8);
    let mut text = [0u8; 80];
    // SAFETY: libjpeg calls this with its own object, whose `err` is the manager that `errors` made and that outlives it. The type of the
    // function differs only in references for pointers. It writes at most 80 bytes (JMSG_LENGTH_MAX), the last of them 0.
    unsafe {
        if let Some(format) = (*common.err).format_message {
            let format: FormatMessage = std::mem::transmute(format);
            format(common, text.as_mut_ptr());
        }
    }
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    resume_unwind(Box::new(Fault(String::from_utf8_lossy(text).to_lowercase())));
}

unsafe extern "C-unwind" fn emit_message(common: &mut jpeg_common_struct, level: c_int) {
    if level < 0 {
        // SAFETY: as in `error_exit`.
        unsafe { (*common.err).num_warnings += 1 };
    }
}

fn errors() -> Box<jpeg_error_mgr> {
    // SAFETY: a C struct of numbers, nullable pointers and optional functions, for all of which zero is a value;
    // `jpeg_std_error` then fills it in.
    let mut errors: Box<jpeg_error_mgr> = unsafe { Box::new(std::mem::zeroed()) };
    // SAFETY: it writes to the struct and nothing else.
    unsafe { jpeg_std_error(&mut errors) };
    errors.error_exit = Some(error_exit);
    errors.emit_message = Some(emit_message);
    errors
}

/// The coefficients of an open [`Reader`], which owns them.
type Coefficients = *mut *mut jvirt_barray_control;

struct Reader<'b> {
    info: Box<jpeg_decompress_struct>,
    /// Boxed: `info` points to it. Declared after it, and so dropped after it.
    errors: Box<jpeg_error_mgr>,
    bytes: PhantomData<&'b [u8]>,
}

impl<'b> Reader<'b> {
    fn open(jpeg: &'b [u8]) -> Self {
        // SAFETY: as in `errors`: zero is a value for each of its fields, and `jpeg_create_decompress` fills it in.
        let mut reader = unsafe { Self { info: Box::new(std::mem::zeroed()), errors: errors(), bytes: PhantomData } };
        reader.info.common.err = &raw mut *reader.errors;
        // SAFETY: both structs are boxed and stay where they are; the bytes outlive the reader by its lifetime.
        unsafe {
            jpeg_create_decompress(&raw mut *reader.info);
            jpeg_mem_src(&mut reader.info, jpeg.as_ptr(), jpeg.len() as _);
            jpeg_read_header(&mut reader.info, TRUE);
        }
        reader
    }

    fn read_coefficients(&mut self) -> Coefficients {
        // SAFETY: the header was read, and this is called once for each reader.
        unsafe { jpeg_read_coefficients(&mut self.info) }
    }

    fn components(&self) -> &[jpeg_component_info] {
        // SAFETY: after the header `comp_info` points to as many components as `num_components` says, which live as long as the
        // reader.
        unsafe { std::slice::from_raw_parts(self.info.comp_info, self.info.num_components as usize) }
    }

    /// Everything beside the coefficients that decides about pixels. The coefficients must have been read.
    fn frame(&self) -> impl PartialEq {
        let components = self.components().iter().map(|component| {
            // SAFETY: libjpeg set the pointer to the table that the component's scans used, or left it null.
            let table = unsafe { component.quant_table.as_ref() }.map(|table| table.quantval);
            let blocks = (component.width_in_blocks, component.height_in_blocks);
            (component.component_id, component.h_samp_factor, component.v_samp_factor, blocks, table)
        });
        let color_space = self.info.jpeg_color_space as c_int;
        (self.info.image_width, self.info.image_height, color_space, components.collect::<Vec<_>>())
    }

    /// A row of blocks.
    fn row(&mut self, coefficients: Coefficients, component: usize, row: JDIMENSION) -> &[JBLOCK] {
        let width = self.components()[component].width_in_blocks as usize;
        // SAFETY: `coefficients` came from this reader and holds an array for each component; libjpeg's access function raises an error
        // for a row that is not there, and gives one row of at least `width_in_blocks` blocks, valid until the next access of that
        // array, which needs `self` mutably again.
        unsafe {
            let array = *coefficients.add(component);
            let access = (*self.info.common.mem).access_virt_barray.expect("libjpeg sets all its functions");
            let rows = access(&mut self.info.common, array, row, 1, FALSE);
            std::slice::from_raw_parts(*rows, width)
        }
    }

    fn finish(&mut self) {
        // SAFETY: the coefficients have been read. It reads what is left of the file.
        unsafe { jpeg_finish_decompress(&mut self.info) };
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // SAFETY: for an object that was created, or whose creation was cut short: then its memory manager is null, which libjpeg
        // allows for.
        unsafe { jpeg_destroy_decompress(&mut self.info) };
    }
}

/// libjpeg's destination manager, then what it writes to: C sees the first part only.
#[repr(C)]
struct Destination {
    manager: jpeg_destination_mgr,
    written: Vec<u8>,
    block: [u8; 1 << 14],
}

impl Destination {
    fn reset(&mut self) {
        self.manager.next_output_byte = self.block.as_mut_ptr();
        self.manager.free_in_buffer = self.block.len();
    }
}

/// The `Destination` of an object that a `Writer` made.
///
/// # Safety
///
/// `info.dest` must point to the manager of a live `Destination` that nothing else borrows.
unsafe fn destination(info: &mut jpeg_compress_struct) -> &mut Destination {
    // SAFETY: the manager is the first field of a `repr(C)` struct, so both have one address, and the pointer was made of a pointer to
    // the whole.
    unsafe { &mut *info.dest.cast::<Destination>() }
}

unsafe extern "C-unwind" fn init_destination(info: &mut jpeg_compress_struct) {
    // SAFETY: only a `Writer` installs this function, with its own destination.
    unsafe { destination(info) }.reset();
}

unsafe extern "C-unwind" fn empty_output_buffer(info: &mut jpeg_compress_struct) -> boolean {
    // SAFETY: as above. libjpeg calls it when the whole block is full, whatever `free_in_buffer` says.
    let destination = unsafe { destination(info) };
    destination.written.extend_from_slice(&destination.block);
    destination.reset();
    TRUE
}

unsafe extern "C-unwind" fn term_destination(info: &mut jpeg_compress_struct) {
    // SAFETY: as above.
    let destination = unsafe { destination(info) };
    let filled = destination.block.len() - destination.manager.free_in_buffer;
    destination.written.extend_from_slice(&destination.block[..filled]);
    destination.reset();
}

struct Writer {
    info: Box<jpeg_compress_struct>,
    errors: Box<jpeg_error_mgr>,
    /// Points to a `Box<Destination>` that the writer owns. Raw, because C writes through it.
    destination: *mut Destination,
}

impl Writer {
    fn create() -> Self {
        let manager = jpeg_destination_mgr {
            next_output_byte: std::ptr::null_mut(),
            free_in_buffer: 0,
            init_destination: Some(init_destination),
            empty_output_buffer: Some(empty_output_buffer),
            term_destination: Some(term_destination),
        };
        let destination = Box::into_raw(Box::new(Destination { manager, written: Vec::new(), block: [0; 1 << 14] }));
        // SAFETY: zero is a value for each field, and `jpeg_create_compress` fills them in.
        let mut writer = unsafe { Self { info: Box::new(std::mem::zeroed()), errors: errors(), destination } };
        writer.info.common.err = &raw mut *writer.errors;
        // SAFETY: both structs are boxed and stay where they are.
        unsafe { jpeg_create_compress(&raw mut *writer.info) };
        writer.info.dest = destination.cast();
        writer
    }

    /// What `reader` holds, progressive, with Huffman tables made for it.
    fn write(&mut self, reader: &mut Reader, coefficients: Coefficients, markers: &[(u8, Vec<u8>)]) -> Vec<u8> {
        // SAFETY: the calls are in the order that libjpeg asks for (libjpeg.txt, "Really raw data: DCT coefficients"). The
        // coefficients belong to `reader`, which lives until the end of this function. A marker's payload is a valid slice of at most
        // 65,533 bytes: it came from a segment, whose length is 16 bits.
        unsafe {
            jpeg_copy_critical_parameters(&reader.info, &mut self.info);
            jpeg_c_set_bool_param(&mut self.info, J_BOOLEAN_PARAM::JBOOLEAN_OPTIMIZE_SCANS, FALSE);
            self.info.optimize_coding = TRUE;
            jpeg_simple_progression(&mut self.info);
            jpeg_write_coefficients(&mut self.info, coefficients);
            for (code, payload) in markers {
                jpeg_write_marker(&mut self.info, (*code).into(), payload.as_ptr(), payload.len() as _);
            }
            jpeg_finish_compress(&mut self.info);
            std::mem::take(&mut (*self.destination).written)
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: as for `Reader`. Then nothing of libjpeg points to the destination, which came from `Box::into_raw`.
        unsafe {
            jpeg_destroy_compress(&mut self.info);
            drop(Box::from_raw(self.destination));
        }
    }
}
