"""The status and the words of every problem, in Indonesian and English."""

from msgspec import Struct

from chalicelib.api.language import Language

MEDIA_TYPE = "application/problem+json"
"""Of every problem (RFC 9457)."""


class Kind(Struct, frozen=True):
    """Status and words of one kind of problem; the words may use its members by name."""

    status: int
    title: dict[Language, str]
    detail: dict[Language, str]


def _kind(status: int, title_id: str, title_en: str, detail_id: str, detail_en: str) -> Kind:
    return Kind(status, {"id": title_id, "en": title_en}, {"id": detail_id, "en": detail_en})


KINDS: dict[str, Kind] = {
    "invalid": _kind(
        422,
        "Isian tidak benar",
        "A field is not valid",
        'Periksa isian "{field}": {rule}',
        "Please check the field '{field}': {rule}",
    ),
    "malformed": _kind(
        400,
        "Permintaan tidak dapat dibaca",
        "The request cannot be read",
        "Isi permintaan harus berupa objek JSON dalam UTF-8.",
        "The body of the request must be a JSON object in UTF-8.",
    ),
    "too-large": _kind(
        413,
        "Permintaan terlalu besar",
        "The request is too large",
        "Isi permintaan paling besar 8 KB.",
        "The body of a request may be 8 KB at most.",
    ),
    "unsupported-media-type": _kind(
        415,
        "Jenis isi tidak didukung",
        "Unsupported media type",
        "Kirim permintaan dengan Content-Type: application/json.",
        "Send the request with Content-Type: application/json.",
    ),
    "method-not-allowed": _kind(
        405,
        "Metode tidak diizinkan",
        "Method not allowed",
        "Alamat ini hanya menerima {allow}.",
        "This address accepts only {allow}.",
    ),
    "no-such-path": _kind(
        404,
        "Alamat tidak ditemukan",
        "No such address",
        "Alamat ini tidak ada. Daftar alamat ada di /v1/openapi.json.",
        "There is nothing at this address. All addresses are listed in /v1/openapi.json.",
    ),
    "not-signed-in": _kind(
        401,
        "Belum masuk",
        "Not signed in",
        "Silakan masuk, lalu coba lagi.",
        "Sign in, then try again.",
    ),
    "session-ended": _kind(
        401,
        "Sesi telah berakhir",
        "The session has ended",
        "Sesi ini tidak berlaku lagi. Masuklah kembali dengan nomor telepon Anda.",
        "This session is no longer valid. Sign in again with your phone.",
    ),
    "link-ended": _kind(
        410,
        "Tautan tidak berlaku lagi",
        "The link is no longer valid",
        "Tautan ini sudah dipakai atau kedaluwarsa. Mintalah tautan baru kepada penyelia.",
        "This link was used or has expired. Ask your supervisor for a new one.",
    ),
    "sign-in-ended": _kind(
        410,
        "Waktu masuk habis",
        "The sign-in has ended",
        "Permintaan masuk ini sudah dipakai atau kedaluwarsa. Silakan mulai lagi.",
        "This sign-in was used or has expired. Please begin again.",
    ),
    "passkey-refused": _kind(
        422,
        "Kunci sandi tidak diterima",
        "The passkey is not accepted",
        "Kunci sandi ini tidak dikenal atau tidak berlaku lagi. Masuklah dengan kode lewat SMS; "
        "petugas meminta tautan baru kepada penyelia.",
        "This passkey is not known, or no longer valid. Sign in with a code by SMS; staff ask "
        "their supervisor for a new link.",
    ),
    "passkeys-off": _kind(
        501,
        "Kunci sandi belum tersedia",
        "Passkeys cannot be used yet",
        "Layanan ini belum memiliki alamat tetap, sehingga kunci sandi belum dapat dipakai.",
        "This service has no address of its own yet, so passkeys cannot be used.",
    ),
    "no-such-staff": _kind(
        404,
        "Petugas tidak ditemukan",
        "No such member of staff",
        "Tidak ada petugas loket atau perangkat dengan nomor itu di kantor Anda.",
        "Your office has no clerk and no device with that id.",
    ),
    "wrong-code": _kind(
        422,
        "Kode salah",
        "Wrong code",
        "Kode tidak cocok. Sisa percobaan: {tries_left}.",
        "The code does not match. Tries left: {tries_left}.",
    ),
    "identity-needed": _kind(
        403,
        "Konfirmasi data diri",
        "Confirm who you are",
        "Akun ini sudah lama tidak dipakai. Masukkan tanggal lahir dan empat angka terakhir NIK "
        "pemilik akun. Setelah lima kali salah dalam sehari, datanglah ke kantor imigrasi.",
        "This account has not been used for long. Enter the holder's birth date and the last four "
        "digits of their NIK. After five wrong attempts in a day, come to an immigration office.",
    ),
    "code-expired": _kind(
        410,
        "Kode tidak berlaku lagi",
        "The code has expired",
        "Kode sudah dipakai, kedaluwarsa, atau terlalu sering salah. Mintalah kode baru.",
        "The code was used, has expired, or was wrong too often. Ask for a new one.",
    ),
    "too-soon": _kind(
        429,
        "Terlalu cepat",
        "Too soon",
        "Kode baru dapat diminta dalam {retry_after} detik.",
        "You can ask for a new code in {retry_after} seconds.",
    ),
    "too-many-requests": _kind(
        429,
        "Terlalu banyak permintaan",
        "Too many requests",
        "Batas permintaan tercapai. Silakan coba lagi dalam {retry_after} detik.",
        "The limit has been reached. Try again in {retry_after} seconds.",
    ),
    "sms-budget-spent": _kind(
        429,
        "Kode SMS hari ini habis",
        "No more codes by SMS today",
        "Kode SMS untuk hari ini sudah habis. Silakan coba lagi dalam {retry_after} detik. "
        "Pengguna yang sudah masuk tetap dapat memesan.",
        "Today's codes by SMS are used up. Try again in {retry_after} seconds. "
        "If you are signed in, you can still book.",
    ),
    "proof-needed": _kind(
        428,
        "Bukti komputasi diperlukan",
        "A proof of work is needed",
        "Ambil tantangan di {challenge}, selesaikan, lalu kirim ulang permintaan dengan header "
        "Altcha.",
        "Get the challenge at {challenge}, solve it, and send the request again with the header "
        "Altcha.",
    ),
    "blocked": _kind(
        403,
        "Permintaan ditolak",
        "The request is refused",
        "Permintaan ini, atau jaringan asalnya, dianggap berbahaya. Silakan coba dari jaringan "
        "lain, atau hubungi kantor imigrasi.",
        "This request, or the network that it comes from, is taken for an attack. Try another "
        "network, or ask an immigration office.",
    ),
    "busy": _kind(
        429,
        "Layanan sedang ramai",
        "The service is busy",
        "Terlalu banyak permintaan saat ini. Silakan coba lagi dalam beberapa detik.",
        "There are too many requests right now. Try again in a few seconds.",
    ),
    "consent-needed": _kind(
        409,
        "Perlu persetujuan",
        "Consent is needed",
        "Orang itu memiliki akun sendiri. Ia perlu menyetujui permintaan Anda di aplikasinya, "
        "atau memesan sendiri.",
        "That person has an account of their own. They need to accept your request in their app, "
        "or book for themselves.",
    ),
    "no-such-request": _kind(
        404,
        "Permintaan tidak ditemukan",
        "No such request",
        "Permintaan itu tidak ada lagi atau sudah lewat waktunya.",
        "That request is gone or has lapsed.",
    ),
    "no-such-notice": _kind(
        404,
        "Pemberitahuan tidak ditemukan",
        "No such notice",
        "Pemberitahuan itu tidak ada atau sudah tidak disimpan.",
        "That notice does not exist or is no longer kept.",
    ),
    "identity-not-confirmed": _kind(
        422,
        "Data tidak cocok",
        "The data do not match",
        "NIK, nama, dan tanggal lahir itu tidak cocok dengan data kependudukan. Periksa kembali "
        "pada KTP, atau datanglah ke kantor imigrasi dengan membawa KTP.",
        "This NIK, name and birth date do not match the civil register. Check them against the "
        "KTP, or come to an immigration office with it.",
    ),
    "phone-registered": _kind(
        409,
        "Nomor sudah terdaftar",
        "The phone is already registered",
        "Nomor ini sudah dipakai akun dengan NIK lain. Masuklah ke akun itu, "
        "atau daftarlah dengan nomor Anda sendiri.",
        "This phone belongs to an account with another NIK. Sign in to that account, "
        "or register with a phone of your own.",
    ),
    "no-such-office": _kind(
        404,
        "Kantor tidak ditemukan",
        "No such office",
        "Kantor imigrasi ini tidak dikenal. Silakan pilih kantor dari daftar.",
        "This immigration office is not known. Choose one from the list.",
    ),
    "office-unavailable": _kind(
        503,
        "Kantor sedang tidak dapat dilayani",
        "The office is not available",
        "Data kantor ini sedang tidak dapat dibaca, dan petugas kami sudah diberi tahu. Pemesanan "
        "Anda di sana tetap berlaku. Kantor lain tetap melayani seperti biasa.",
        "The data of this office cannot be read, and our staff have been told. Your bookings there "
        "still stand. All other offices work as usual.",
    ),
    "no-such-slot": _kind(
        404,
        "Jam tidak tersedia",
        "No such slot",
        "Tidak ada layanan pada jam tersebut, atau jamnya sudah lewat. Silakan pilih jam lain.",
        "The office does not serve at this time, or the time has passed. Choose another time.",
    ),
    "no-such-booking": _kind(
        404,
        "Pemesanan tidak ditemukan",
        "No such booking",
        "Tidak ada pemesanan dengan kode ini di akun Anda.",
        "Your account has no booking with this code.",
    ),
    "no-such-applicant": _kind(
        404,
        "Pemohon tidak ditemukan",
        "No such applicant",
        "Pemohon ini tidak ada di akun Anda. Periksa daftar keluarga Anda.",
        "Your account has no such applicant. Check the list of your family.",
    ),
    "no-such-account": _kind(
        401,
        "Akun tidak ditemukan",
        "No such account",
        "Akun ini telah dihapus. Daftarlah kembali bila perlu.",
        "This account has been erased. Register again if you need one.",
    ),
    "slot-full": _kind(
        409,
        "Sudah penuh",
        "The slot is full",
        "Tempat pada jam tersebut sudah habis. Silakan pilih salah satu alternatif atau jam lain.",
        "All places at this time are taken. Choose one of the alternatives, or another time.",
    ),
    "not-released": _kind(
        409,
        "Belum dibuka",
        "Not released yet",
        "Pemesanan untuk tanggal ini belum dibuka. Tempat dapat dipesan mulai {opens_at}.",
        "The places for this day are not released yet. They can be booked from {opens_at}.",
    ),
    "office-closed": _kind(
        409,
        "Kantor tutup",
        "The office is closed",
        "Tidak ada layanan pada tanggal ini. Silakan pilih tanggal lain.",
        "The office does not serve on this day. Choose another day.",
    ),
    "already-booked": _kind(
        409,
        "Sudah memiliki pemesanan",
        "Already booked",
        "Pemohon sudah memiliki pemesanan yang berlaku. Batalkan atau ubah pemesanan itu dahulu.",
        "The applicant already has an active booking. Cancel or reschedule that one first.",
    ),
    "already-asking": _kind(
        409,
        "Sudah ikut undian",
        "Already asking",
        "Pemohon sudah ikut undian dengan permohonan lain. Tarik permohonan itu dahulu.",
        "The applicant already asks for a place by another entry. Withdraw that one first.",
    ),
    "already-won": _kind(
        409,
        "Sudah mendapat tempat",
        "A place was won",
        "Permohonan ini sudah mendapat tempat. Jika tidak jadi datang, batalkan pemesanannya.",
        "This entry has won a place. If you cannot come, cancel the booking.",
    ),
    "no-draw": _kind(
        409,
        "Tidak ada undian",
        "No draw",
        "Kantor ini tidak mengundi tempatnya. Pesanlah langsung saat tempat dibuka.",
        "This office does not give its places by lot. Book when they are released.",
    ),
    "no-such-entry": _kind(
        404,
        "Permohonan tidak ditemukan",
        "No such entry",
        "Permohonan ini tidak ada, atau bukan milik akun Anda.",
        "There is no such entry, or it does not belong to your account.",
    ),
    "cancelled-too-often": _kind(
        409,
        "Terlalu sering membatalkan",
        "Cancelled too often",
        "Pemohon sudah dua kali membatalkan dalam 30 hari dan baru dapat memesan lagi mulai "
        "{until}. Jika ada alasan khusus, silakan hubungi kantor imigrasi.",
        "The applicant has cancelled twice within 30 days and can book again from {until}. "
        "If there was a special reason, please contact the immigration office.",
    ),
    "did-not-come": _kind(
        409,
        "Tidak hadir dua kali",
        "Did not come twice",
        "Pemohon dua kali tidak hadir dalam 90 hari dan baru dapat memesan lagi mulai {until}. "
        "Jika ada alasan khusus, silakan hubungi kantor imigrasi.",
        "The applicant did not come twice within 90 days and can book again from {until}. "
        "If there was a special reason, please contact the immigration office.",
    ),
    "barred-from-draws": _kind(
        409,
        "Tidak dapat ikut undian",
        "Barred from draws",
        "Ada yang tidak hadir padahal mendapat tempat lewat undian. Anda dapat ikut undian lagi "
        "mulai {until}. Anda tetap dapat memesan langsung.",
        "Somebody did not come to a visit that was won by lot. You can take part in draws again "
        "from {until}. You can still book a place yourself.",
    ),
    "already-cancelled": _kind(
        409,
        "Sudah dibatalkan",
        "Already cancelled",
        "Pemesanan ini sudah dibatalkan. Buatlah pemesanan baru.",
        "This booking has been cancelled. Make a new one.",
    ),
    "too-late": _kind(
        409,
        "Sudah terlambat",
        "Too late",
        "Pemesanan ini hanya dapat dibatalkan atau diubah sebelum {until}.",
        "This booking could only be cancelled or rescheduled before {until}.",
    ),
    "no-reschedules-left": _kind(
        409,
        "Tidak dapat diubah lagi",
        "Cannot be rescheduled again",
        "Pemesanan hanya dapat diubah satu kali. Batalkan, lalu buat pemesanan baru.",
        "A booking can be rescheduled only once. Cancel it, then make a new one.",
    ),
    "same-slot": _kind(
        409,
        "Waktu tidak berubah",
        "The same time",
        "Pemesanan Anda sudah pada jam tersebut. Silakan pilih jam lain.",
        "Your booking is already at this time. Choose another time.",
    ),
    "family-full": _kind(
        409,
        "Jumlah anggota keluarga sudah maksimal",
        "The family is full",
        "Satu akun memuat paling banyak empat orang selain pemiliknya.",
        "An account can have at most four people besides its holder.",
    ),
    "already-in-family": _kind(
        409,
        "Sudah terdaftar dalam keluarga",
        "Already in the family",
        "NIK ini sudah ada di akun Anda.",
        "This NIK is already in your account.",
    ),
    "booking-active": _kind(
        409,
        "Masih ada pemesanan",
        "A booking is active",
        "Batalkan dahulu pemesanan yang masih berlaku.",
        "Cancel the active booking first.",
    ),
    "request-in-progress": _kind(
        409,
        "Permintaan sedang diproses",
        "The request is in progress",
        "Permintaan yang sama sedang diproses. Coba lagi sebentar lagi; tidak ada yang tercatat "
        "dua kali.",
        "The same request is being processed. Try again in a moment; nothing is recorded twice.",
    ),
    "idempotency-key-missing": _kind(
        400,
        "Idempotency-Key tidak ada",
        "Idempotency-Key is missing",
        "Sertakan header Idempotency-Key: 1 sampai 128 huruf, angka, atau tanda baca ASCII.",
        "Send a header Idempotency-Key: 1 to 128 letters, digits or ASCII punctuation.",
    ),
    "idempotency-key-reused": _kind(
        422,
        "Idempotency-Key sudah dipakai",
        "Idempotency-Key was used before",
        "Kunci ini sudah dipakai untuk permintaan lain. Pakailah kunci baru.",
        "This key was used for another request. Use a new one.",
    ),
    "idempotency-key-spent": _kind(
        422,
        "Idempotency-Key tidak berlaku lagi",
        "Idempotency-Key is no longer valid",
        "Permintaan dengan kunci ini sudah beberapa kali ditolak. Pakailah kunci baru.",
        "Requests with this key were refused several times. Use a new one.",
    ),
    "try-again": _kind(
        503,
        "Layanan sedang terganggu",
        "The service is disrupted",
        "Belum ada jawaban pasti. Coba lagi sebentar lagi; tidak ada yang tercatat dua kali.",
        "There is no definite answer yet. Try again in a moment; nothing is recorded twice.",
    ),
    "sms-not-sent": _kind(
        503,
        "SMS tidak terkirim",
        "The SMS was not sent",
        "SMS belum dapat dikirim. Silakan coba beberapa saat lagi.",
        "The SMS could not be sent. Try again in a moment.",
    ),
    "not-permitted": _kind(
        403,
        "Tidak diizinkan",
        "Not permitted",
        "Peran ini tidak dapat melakukan hal itu.",
        "This role cannot do that.",
    ),
    "no-such-counter": _kind(
        404,
        "Loket tidak ditemukan",
        "No such counter",
        "Kantor ini tidak memiliki loket itu.",
        "This office does not have that counter.",
    ),
    "not-at-counter": _kind(
        404,
        "Tidak ada di loket ini",
        "Not at this counter",
        "Orang dengan nomor itu, yang memesan untuk dirinya sendiri, tidak dipanggil atau dilayani "
        "di loket ini.",
        "Nobody with that number, who has booked for themselves, is called or served at this "
        "counter.",
    ),
    "not-here": _kind(
        409,
        "Angka tidak cocok",
        "The digits do not match",
        "Ketik empat angka yang sekarang tampil di layar kantor; angka itu berganti setiap menit.",
        "Type the four digits that the office's screen shows now; they change every minute.",
    ),
    "other-office": _kind(
        409,
        "Kantor lain",
        "Another office",
        "Pesanan ini untuk kantor lain.",
        "This booking is for another office.",
    ),
    "other-day": _kind(
        409,
        "Hari lain",
        "Another day",
        "Pesanan ini untuk tanggal {date}.",
        "This booking is for {date}.",
    ),
    "too-early": _kind(
        409,
        "Terlalu awal",
        "Too early",
        "Lapor hadir dibuka {come_at}. Datang lebih awal tidak mempercepat giliran Anda.",
        "Check-in opens {come_at}. Coming earlier does not bring your turn forward.",
    ),
    "already-left": _kind(
        409,
        "Kunjungan selesai",
        "The visit is over",
        "Kunjungan untuk pesanan ini sudah selesai.",
        "The visit of this booking is over.",
    ),
    "day-closed": _kind(
        409,
        "Layanan hari ini ditutup",
        "Closed for today",
        "Layanan hari ini sudah ditutup. Silakan pesan hari lain.",
        "Service has ended for today. Please book another day.",
    ),
    "no-capacity": _kind(
        409,
        "Loket penuh",
        "No capacity",
        "Saat ini belum ada tempat tanpa pesanan. Silakan datang {come_at}.",
        "There is no room without a booking right now. Please come {come_at}.",
    ),
    "counter-changed": _kind(
        409,
        "Loket sudah berubah",
        "The counter has changed",
        "Keadaan loket sudah lain. Lihat keadaan terbaru, lalu ulangi bila perlu.",
        "The counter is not as you saw it. Look at it as it is now, and press again if need be.",
    ),
    "counter-busy": _kind(
        409,
        "Loket sedang melayani",
        "The counter is busy",
        "Masih ada orang di loket ini. Selesaikan dahulu.",
        "Somebody is still at this counter. Finish with them first.",
    ),
    "nobody-waiting": _kind(
        409,
        "Tidak ada yang menunggu",
        "Nobody is waiting",
        "Tidak ada orang yang menunggu untuk loket ini.",
        "Nobody is waiting for this counter.",
    ),
    "day-over": _kind(
        409,
        "Hari itu sudah lewat",
        "That day is over",
        "Hari yang sudah lewat tidak dapat diubah. Silakan pilih hari lain.",
        "A day that is over cannot be changed. Choose another day.",
    ),
    "day-begun": _kind(
        409,
        "Layanan hari itu sudah dimulai",
        "The day has begun",
        "Sudah ada yang lapor hadir, sehingga harinya tidak dapat ditutup. Antreannya dapat.",
        "People have checked in, so the day cannot be closed any more. Its line can.",
    ),
    "no-hours": _kind(
        409,
        "Tidak ada jam layanan",
        "No hours on that day",
        "Menurut jadwal mingguannya kantor ini tidak melayani pada hari itu.",
        "By its weekly hours this office does not serve on that day.",
    ),
    "places-held": _kind(
        409,
        "Tempat sudah dipesan",
        "The places are taken",
        "Pada jam ini sudah {held} tempat dipesan. Jumlahnya tidak dapat lebih sedikit dari itu.",
        "{held} places at this time are taken. There cannot be fewer than that.",
    ),
    "too-many-places": _kind(
        409,
        "Terlalu banyak tempat",
        "Too many places",
        "Satu jam layanan memuat paling banyak {most} tempat.",
        "A slot can have at most {most} places.",
    ),
    "internal-error": _kind(
        500,
        "Kesalahan pada layanan",
        "An error in the service",
        "Terjadi kesalahan pada layanan. Kesalahan ini sudah dicatat. Silakan coba lagi nanti.",
        "Something went wrong in the service and has been recorded. Try again later.",
    ),
}
