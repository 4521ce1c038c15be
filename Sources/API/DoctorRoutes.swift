import HTTPServer
import Upkeep

/// What is not as it should be, why, and how to mend it.
package struct DoctorRoutes: Sendable {
    private let doctor: Doctor

    package init(doctor: Doctor) { self.doctor = doctor }

    package var routes: [Route] {
        [
            Route("GET", "/v1/doctor", scope: .read) { _ in Answer.json(try await doctor.examine().json) }
        ]
    }
}
